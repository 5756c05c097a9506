// The thread: its parent, its replies, and a line to answer in.

import { composer } from "./composer.js";
import { h, iconButton, toast } from "./dom.js";
import { list, reconcile, rove, row, walk } from "./messages.js";
import { message, replies, store } from "./store.js";

const ANSWER_MS = 15000;

export const atBottom = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;

export function threadPane(room, ts, close) {
  const items = h("div", { class: "messages" });
  items.addEventListener("keydown", (event) => walk(event, items, null));
  const line = composer({
    id: "thread-composer", placeholder: "Reply…", label: "Reply in the thread", channel: room.id, thread: ts,
    expect: () => {}, refuse: (text) => toast(text, "error"), up: () => [...items.querySelectorAll(".message")].at(-1)?.focus(),
  });
  const scroll = h("div", { class: "pane-scroll" }, items);
  const pane = h("section", { class: "pane-inner thread", "aria-label": "Thread" },
    h("header", { class: "head" }, iconButton("back", "Back to the channel", close, { class: "icon-button only-phone" }),
      h("div", { class: "head-title" }, h("h2", {}, "Thread"), h("p", {}, `#${room.name}`)),
      iconButton("close", "Close the thread", close, { class: "icon-button not-phone" })),
    scroll, line);
  pane.thread = `${room.id}/${ts}`;
  pane.items = items;
  pane.scroll = scroll;
  pane.focusComposer = () => line.focusField();
  return pane;
}

export function fillThread(pane, room, ts, rowOptions) {
  const answers = replies(room.id, ts);
  const public_ = answers.filter((item) => !item.ephemeral).length;
  const count = `${public_} ${public_ === 1 ? "reply" : "replies"}`;
  const known = pane.items.querySelectorAll(".message").length - 1;
  const stick = known > 0 && (atBottom(pane.scroll) || Date.now() - store.pressed < ANSWER_MS);
  const options = { ...rowOptions, inThread: true };
  reconcile(pane.items, [
    row(message(room.id, ts), room, { ...options, parent: true }),
    h("div", { class: "reply-count", role: "separator", data: { key: "replies" } }, h("span", {}, public_ ? count : "No replies yet")),
    ...list(answers, room, options).filter((node) => !node.classList.contains("day")),
  ]);
  rove(pane.items);
  if (stick && answers.length > known) revealLast(pane);
}

// A long answer is read from its top: the first line of the newest reply comes into view, not the last.
function revealLast(pane) {
  const last = [...pane.items.querySelectorAll(".message")].at(-1);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  pane.scroll.scrollTo({ top: last.offsetTop - pane.scroll.offsetTop - 12, behavior: still ? "auto" : "smooth" });
}
