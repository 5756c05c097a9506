// Draws messages: in the channel, in a thread, and what hangs on them.

import { blocks } from "./blocks.js";
import { ago, avatar, dayName, h, icon, iconButton, time } from "./dom.js";
import { menu } from "./dialogs.js";
import { emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { author, isBroadcast, names, post, store } from "./store.js";

const GROUP_S = 300;

export function list(items, room, options) {
  const out = [];
  let before = null;
  for (const item of items) {
    if (!before || dayName(before.ts) !== dayName(item.ts)) out.push(divider(item));
    out.push(row(item, room, { ...options, follows: follows(before, item) }));
    before = item;
  }
  return out;
}

function divider(item) {
  return h("div", { class: "day", role: "separator", data: { key: `day-${dayName(item.ts)}` } }, h("span", {}, dayName(item.ts)));
}

function follows(before, item) {
  return Boolean(before) && author(before).key === author(item).key && dayName(before.ts) === dayName(item.ts) &&
    Number(item.ts) - Number(before.ts) < GROUP_S && !before.reply_count && before.ephemeral === item.ephemeral;
}

export function row(item, room, options) {
  const who = author(item);
  const compact = options.follows && !options.parent;
  return h("article", {
    class: `message${compact ? " compact" : ""}${item.ephemeral ? " ephemeral" : ""}`, tabindex: "-1",
    "aria-label": `${who.name}, ${new Date(Number(item.ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`,
    data: { key: item.ts, ts: item.ts },
  },
  h("div", { class: "gutter" }, compact ? time(item.ts) : avatar(who)),
  h("div", { class: "content" },
    item.ephemeral && h("p", { class: "only-you" }, icon("eye"), "Only visible to you ·",
      h("button", { type: "button", class: "link", onclick: () => post("dismiss", { channel: room.id, ts: item.ts }) }, "Dismiss")),
    !options.inThread && isBroadcast(item) && h("p", { class: "only-you" }, icon("reply"), "Replied to a thread ·",
      h("button", { type: "button", class: "link", onclick: () => options.openThread(item.thread_ts) }, "Open it")),
    !compact && h("div", { class: "byline" }, h("span", { class: "name" }, who.name),
      who.kind !== "person" && h("span", { class: "badge" }, "APP"), time(item.ts)),
    body(item, room),
    (item.attachments || []).map(attachment),
    (item.files || []).map((file) => (file.mimetype === "image/png" ? picture(file) : attached(file))),
    reactions(item),
    !options.inThread && item.reply_count > 0 && threadLine(item, options)),
  !item.ephemeral && toolbar(item, room, options));
}

function body(item, room) {
  const context = {
    names,
    act: (action) => post("action", { channel: room.id, ts: item.ts, ...action }),
    isOpen: (id, otherwise) => store.open.get(`${item.ts}:${id}`) ?? otherwise,
    setOpen: (id, open) => store.open.set(`${item.ts}:${id}`, open),
  };
  if (item.blocks && item.blocks.length) return h("div", { class: "blocks" }, blocks(item.blocks, context));
  if (!item.text) return null;
  return h("div", { class: "text" }, mrkdwn(item.text, names), item.edited && h("span", { class: "muted small" }, " (edited)"));
}

// The page's policy allows its own pictures only: of the address its path alone is used.
// Only this server's own files: the address is made here, whatever the message says.
function address(file) {
  return `/files/${encodeURIComponent(file.id)}/${encodeURIComponent(file.name)}`;
}

function picture(file) {
  return h("img", { src: address(file), alt: file.alt_txt || file.name, class: "upload" });
}

const COLOURS = { good: "var(--ok)", warning: "var(--warn)", danger: "var(--danger)" };

function attachment(item) {
  const box = h("div", { class: "attachment" },
    item.pretext && h("div", { class: "text" }, mrkdwn(item.pretext, names)),
    item.title && h("div", { class: "attachment-title" }, item.title_link && /^https?:/.test(item.title_link)
      ? h("a", { href: item.title_link, target: "_blank", rel: "noopener noreferrer" }, mrkdwn(item.title, names)) : mrkdwn(item.title, names)),
    item.text && h("div", { class: "text" }, mrkdwn(item.text, names)),
    item.fields && h("div", { class: "fields" }, item.fields.map((field) =>
      h("div", { class: `text${field.short ? "" : " wide"}` }, h("strong", {}, mrkdwn(field.title, names)), "\n", mrkdwn(String(field.value), names)))),
    item.footer && h("div", { class: "muted small" }, mrkdwn(item.footer, names)));
  const colour = COLOURS[item.color] || (/^#?[0-9a-fA-F]{6}$/.test(item.color || "") ? `#${item.color.replace("#", "")}` : "");
  if (colour) box.style.setProperty("--bar", colour);
  return box;
}

function attached(item) {
  const size = item.size < 1024 ? `${item.size} bytes` : `${Math.round(item.size / 1024)} KB`;
  return h("a", { class: "file", href: address(item), download: item.name, data: { key: `file:${item.id}` } },
    icon("file"), h("span", { class: "file-name" }, item.name), " ", h("span", { class: "muted small" }, size));
}

function reactions(item) {
  if (!item.reactions || !item.reactions.length) return null;
  return h("div", { class: "reactions" }, item.reactions.map((one) =>
    h("span", { class: "reaction", title: `${one.users.map((user) => names.user(user) || user).join(", ")} reacted with :${one.name}:` },
      emoji(one.name) || `:${one.name}:`, h("b", {}, String(one.count)))));
}

function threadLine(item, options) {
  const who = (item.reply_users || []).slice(0, 4).map((id) => avatar(author(id === store.state.app.user ? { bot_id: store.state.app.bot_id } : { user: id }), true));
  const count = `${item.reply_count} ${item.reply_count === 1 ? "reply" : "replies"}`;
  return h("button", {
    type: "button", class: "thread-line", title: "Open the thread", data: { key: `thread:${item.ts}` },
    onclick: () => options.openThread(item.ts),
  }, who, h("span", { class: "thread-count" }, count), " ", h("span", { class: "muted" }, `Last reply ${ago(item.latest_reply)}`), icon("right"));
}

function toolbar(item, room, options) {
  const shortcuts = store.state.app.shortcuts;
  const more = iconButton("more", "More actions", () => menu(more, shortcuts.map((one) => ({
    label: one.name, note: store.state.app.name,
    run: () => { options.expect(item.thread_ts || item.ts); post("shortcut", { channel: room.id, ts: item.ts, callback_id: one.callback_id }); },
  }))), { "aria-haspopup": "menu", data: { key: `more:${item.ts}` } });
  return h("div", { class: "toolbar" },
    !options.inThread && iconButton("reply", "Reply in thread", () => options.openThread(isBroadcast(item) ? item.thread_ts : item.ts, true), { data: { key: `reply:${item.ts}` } }),
    shortcuts.length > 0 && more);
}

// Puts freshly drawn rows in place of old ones: rows that look the same stay (with their focus and their scrolling).
export function reconcile(parent, fresh) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const focus = document.activeElement?.closest?.("[data-key]");
  const focused = focus && parent.contains(focus) ? focus.dataset.key : null;
  let at = parent.firstElementChild;
  for (const node of fresh) {
    const known = old.get(node.dataset.key);
    const kept = known && known.isEqualNode(node) && !known.querySelector("[aria-busy=true]") ? known : node;
    if (known && kept !== known) {
      if (at === known) at = at.nextElementSibling;
      known.replaceWith(kept);
    }
    old.delete(node.dataset.key);
    if (at === kept) at = at.nextElementSibling;
    else parent.insertBefore(kept, at);
  }
  for (const gone of old.values()) gone.remove();
  if (focused && !parent.contains(document.activeElement)) {
    parent.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

// Arrow keys walk the messages; Enter or → opens the thread of the one in focus.
export function walk(event, parent, open) {
  const rows = [...parent.querySelectorAll(":scope > .message")];
  const at = rows.indexOf(document.activeElement);
  if (at < 0) return;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to !== undefined && rows[to]) {
    event.preventDefault();
    rows[to].focus();
  } else if ((event.key === "Enter" || event.key === "ArrowRight") && open) {
    event.preventDefault();
    open(rows[at].dataset.ts);
  }
}

// One message is in the tab order: the last, or the one walked to.
export function rove(items) {
  const rows = [...items.querySelectorAll(":scope > .message")];
  const current = rows.find((item) => item === document.activeElement) || rows.at(-1);
  rows.forEach((item) => { item.tabIndex = item === current ? 0 : -1; });
}
