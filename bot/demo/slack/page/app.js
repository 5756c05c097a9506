// Puts the page together: what is shown where, the address, the keys.

import { blocks } from "./blocks.js";
import { composer } from "./composer.js";
import { keepValues, modal, opener } from "./dialogs.js";
import { h, iconButton, leave, toast } from "./dom.js";
import { list, reconcile, rove, walk } from "./messages.js";
import { flat } from "./mrkdwn.js";
import { scenariosPane, welcome } from "./scenarios.js";
import { sidebar, theme } from "./sidebar.js";
import * as story from "./story.js";
import { atBottom, fillThread, threadPane } from "./thread.js";
import { author, channel, expectThread, fired, isBroadcast, isExpected, isReply, listen, load, message, names, onChange, post, roots, store } from "./store.js";

const $ = (id) => document.getElementById(id);
const view = { channel: "", thread: "", home: false, pane: "none" };
const narrow = matchMedia("(max-width: 760px)");
let mainComposer = null;
let pane = null;
let focusBack = null;
let pinned = true; // the channel shows its newest message, and goes on to
let pinnedAt = -1; // where it was left then
let sentNote = () => {}; // takes away the note that an alert is on its way

// --- where we are: #channel, #channel/ts, #home

function readAddress() {
  const [first, ts] = decodeURIComponent(location.hash.slice(1)).split("/");
  view.home = first === "home";
  const room = store.state.channels.find((item) => item.name === first) || channel(view.channel) || store.state.channels[0];
  const moved = room.id !== view.channel;
  view.channel = room.id;
  view.thread = ts && message(room.id, ts) ? ts : "";
  if (view.thread) view.pane = "thread";
  else if (view.pane === "thread") view.pane = !narrow.matches && store.cameFrom === "scenarios" ? "scenarios" : "none";
  store.unread[room.id] = 0;
  return moved;
}

const go = (address) => { if (location.hash === address) navigate(); else location.hash = address; };
const goChannel = (id) => { drawer(false); go(`#${channel(id).name}`); };

function navigate() {
  leave();
  const before = `${view.channel}${view.home}`;
  readAddress();
  if (`${view.channel}${view.home}` !== before) { $("scroll").replaceChildren(); mainComposer = null; }
  if (view.home) post("home", {});
  drawAll();
}

function openThread(ts, reply = false, room = view.channel, focus = !narrow.matches) {
  if (view.pane !== "thread") store.cameFrom = view.pane;
  go(`#${channel(room).name}/${ts}`);
  requestAnimationFrame(() => { if (reply || focus) pane?.focusComposer?.(); });
}

function closePane() {
  leave();
  const wasThread = view.thread;
  view.pane = view.pane === "thread" && store.cameFrom === "scenarios" && !narrow.matches ? "scenarios" : "none";
  view.thread = "";
  if (wasThread) {
    history.replaceState(null, "", `#${channel(view.channel).name}`);
    $("scroll").querySelector(`.message[data-ts="${CSS.escape(wasThread)}"]`)?.focus({ preventScroll: true });
  }
  drawAll();
}

function toggleScenarios() {
  leave();
  drawer(false);
  if (view.pane === "scenarios") { view.pane = "none"; drawAll(); return; }
  view.thread = "";
  view.pane = "scenarios";
  history.replaceState(null, "", view.home ? "#home" : `#${channel(view.channel).name}`);
  drawAll();
}

function drawer(open) {
  $("app").classList.toggle("drawer", open);
  $("scrim").hidden = !open;
  if (open) $("sidebar").querySelector(".side-item")?.focus();
}

// --- acts

async function fire(card, how) {
  const alerts = store.state.channels[0];
  closeWelcome();
  story.begin(card.title, card.about);
  fired(card);
  expectThread("", "", card.about);
  if (narrow.matches && view.pane === "scenarios") view.pane = "none";
  if (view.home || (narrow.matches && view.channel !== alerts.id)) goChannel(alerts.id);
  else drawAll();
  sentNote();
  sentNote = toast("Alert sent…");
  const where = await post("fire", { id: card.id, how });
  if (where === null) { store.expect = null; sentNote(); return; }
  if (where.open) joined(where);
  if (where.channel && where.channel !== view.channel && channel(where.channel)) goChannel(where.channel);
}

// What fails already gets no second answer: the thread that it has is shown.
function joined(where) {
  store.expect = null;
  sentNote();
  story.follow(where.channel, where.open);
  const show = () => openThread(where.open, false, where.channel, false);
  toast("It has a thread already: the alert joined it.", "", narrow.matches ? { label: "Open", run: show } : null);
  if (!narrow.matches) show();
}

function type(card) {
  if (narrow.matches) view.pane = "none";
  if (view.home) goChannel(store.state.channels[0].id); else drawAll();
  requestAnimationFrame(() => mainComposer?.fill(`${store.state.app.command} ${card.target}`));
}

function closeWelcome() {
  localStorage.setItem("crashloop.welcomed", "yes");
  $("scroll").querySelector(".welcome")?.remove();
  $("app").classList.remove("welcoming");
}

const on = { fire, type, close: closeWelcome };
const rowOptions = { openThread, expect: (ts) => expectThread(view.channel, ts) };

// --- drawing

function drawAll() {
  $("app").dataset.pane = view.pane;
  reconcileSide();
  drawHead();
  drawStory();
  drawMain();
  drawPane();
  drawModal();
  document.title = view.home ? `${store.state.app.name} · Crashloop` : `#${channel(view.channel).name} · Crashloop`;
}

function reconcileSide() {
  const key = document.activeElement?.closest?.("#sidebar [data-key]")?.dataset.key;
  $("sidebar").replaceChildren(...sidebar(view, {
    go: goChannel, home: () => { drawer(false); go("#home"); }, scenarios: toggleScenarios, close: () => drawer(false), redraw: drawAll,
  }));
  if (key) $("sidebar").querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

function drawHead() {
  const room = channel(view.channel);
  const hidden = Object.values(store.unread).reduce((sum, count) => sum + count, 0);
  const burger = iconButton("menu", "Open the menu", () => drawer(true), { class: "icon-button only-phone" });
  if (hidden) burger.append(h("span", { class: "dot" }));
  $("head").replaceChildren(...[burger,
    h("div", { class: "head-title" }, h("h1", {}, view.home ? store.state.app.name : `#${room.name}`),
      h("p", {}, view.home ? "Home" : room.topic)),
    store.state.scenarios.length > 0 && view.pane !== "scenarios" && h("button", { type: "button", class: "button head-button only-phone", onclick: toggleScenarios }, "Scenarios")].filter(Boolean));
}

function drawStory() {
  const strip = view.home ? null : story.strip(view.channel);
  const old = $("story").firstElementChild;
  if (!strip) $("story").replaceChildren();
  else if (!old?.isEqualNode(strip)) $("story").replaceChildren(strip);
}

function drawMain() {
  const box = $("scroll");
  if (view.home) return drawHome(box);
  const room = channel(view.channel);
  let items = box.querySelector(".messages");
  const isNew = !items;
  if (isNew) pinned = true;
  if (isNew) {
    items = h("div", { class: "messages" });
    items.addEventListener("keydown", (event) => walk(event, items, openThread));
    const intro = h("div", { class: "intro" }, h("h2", {}, `#${room.name}`), h("p", {}, room.topic || "Nothing has been said about this channel."));
    box.replaceChildren(h("div", { class: "spacer" }), intro, items);
  }
  if (store.state.scenarios.length && !localStorage.getItem("crashloop.welcomed") && !box.querySelector(".welcome")) {
    box.querySelector(".intro").after(welcome(on));
  }
  $("app").classList.toggle("welcoming", Boolean(box.querySelector(".welcome")));
  reconcile(items, list(roots(room.id), room, rowOptions));
  rove(items);
  items.querySelector(".message.selected")?.classList.remove("selected");
  if (view.thread) items.querySelector(`[data-ts="${CSS.escape(view.thread)}"]`)?.classList.add("selected");
  if (!mainComposer || mainComposer.room !== room.id) {
    mainComposer = composer({
      id: "composer", placeholder: narrow.matches ? `Try ${store.state.app.command}` : `Message #${room.name}, or try ${store.state.app.command}`, label: `Message to #${room.name}`, channel: room.id, thread: "",
      expect: () => expectThread(room.id), refuse: (text) => toast(text, "error"), up: () => [...items.querySelectorAll(".message")].at(-1)?.focus(),
    });
    mainComposer.room = room.id;
    $("composer-slot").replaceChildren(mainComposer);
  }
  if (pinned) showNewest(box); // last: the composer takes its room from the list
  if (isNew) grown.observe(items, { box: "border-box" });
}

// The end of the channel; of a message that is taller than the window, its first line.
function showNewest(box) {
  const last = [...box.querySelectorAll(".message")].at(-1);
  const tall = last && last.offsetHeight > box.clientHeight;
  box.scrollTop = tall ? box.scrollTop + last.getBoundingClientRect().top - box.getBoundingClientRect().top : box.scrollHeight;
  pinnedAt = box.scrollTop;
}

function drawHome(box) {
  $("composer-slot").replaceChildren();
  mainComposer = null;
  const home = store.state.home;
  const context = { ...viewContext(home), below: 1 }; // there is but the page's own heading above
  box.replaceChildren(h("div", { class: "home" }, home ? h("div", { class: "blocks" }, blocks(home.blocks, context))
    : h("p", { class: "empty" }, `${store.state.app.name} has not published a Home tab yet.`)));
}

function viewContext(shown, inputs = null) {
  return {
    names, inputs,
    act: (action) => post("action", { view_id: shown.id, ...action }),
    isOpen: (id, otherwise) => store.open.get(`view:${id}`) ?? otherwise,
    setOpen: (id, open) => store.open.set(`view:${id}`, open),
  };
}

function drawPane() {
  const box = $("pane");
  box.hidden = view.pane === "none";
  if (view.pane === "none") { box.replaceChildren(); pane = null; }
  else if (view.pane === "scenarios") {
    if (!pane?.classList.contains("scenarios")) {
      pane = scenariosPane({ ...on, close: toggleScenarios });
      box.replaceChildren(pane);
    }
  } else drawThread(box);
}

function drawThread(box) {
  const room = channel(view.channel);
  if (!message(room.id, view.thread)) { closePane(); return; }
  if (pane?.thread !== `${room.id}/${view.thread}`) {
    pane = threadPane(room, view.thread, closePane);
    box.replaceChildren(pane);
  }
  fillThread(pane, room, view.thread, rowOptions);
}

function drawModal() {
  const top = store.state.views.at(-1);
  const old = document.querySelector("dialog.modal");
  if (old && top && old.dataset.view === top.id && old.dataset.hash === top.hash) return;
  if (top) {
    const box = modal(top, (list_, inputs) => blocks(list_, viewContext(top, inputs)), {
      submit: async (shown, values) => (await post("submit", { view_id: shown.id, values }))?.errors || {},
      close: (shown) => post("close", { view_id: shown.id }),
    });
    if (old && old.dataset.view === top.id) keepValues(old, box);
    if (!old) focusBack = opener();
    old?.remove();
    document.body.append(box);
    box.showModal();
    // What need not be filled in is not begun with: on a phone its keyboard would cover the buttons.
    const needed = box.inputs.find(({ block }) => !block.optional)?.control;
    (box.querySelector("[autofocus]") || needed || box.querySelector("h2")).focus();
  } else if (old) {
    old.close();
    old.remove();
    focusBack();
  }
}

// --- what happens

onChange((frame) => {
  if (frame.kind === "online") { $("app").classList.toggle("offline", !frame.online); return; }
  if (frame.kind === "views") { drawModal(); return; }
  if (frame.kind === "scenarios") { pane?.refresh?.(); reconcileSide(); return; }
  if (frame.kind === "everything") {
    readAddress();
    $("scroll").replaceChildren();
    mainComposer = null;
    pane = null;
  }
  if (frame.kind === "posted") arrived(frame);
  drawAll();
  if (frame.kind === "replied") answered(frame);
});

function arrived(frame) {
  const item = frame.message;
  const elsewhere = view.home || frame.channel !== view.channel;
  if (elsewhere && (!isReply(item) || isBroadcast(item)) && item.user !== store.me) store.unread[frame.channel] = (store.unread[frame.channel] || 0) + 1;
  if (item.user !== store.me) {
    const said = flat(item.text || item.attachments?.[0]?.title || "a message", names);
    $("live").replaceChildren(h("p", {}, `${author(item).name}${isReply(item) ? " replied" : ""}: ${said}`));
  }
}

// The first answer to what the reader did: its thread opens beside the channel; on a phone a note offers it.
function answered(frame) {
  if (!isExpected(frame.channel, frame.message)) return;
  store.expect = null;
  sentNote();
  story.follow(frame.channel, frame.message.ts);
  drawStory();
  const show = () => openThread(frame.message.ts, false, frame.channel, false); // the reader may be typing: the focus stays
  if (frame.channel === view.channel && view.thread === frame.message.ts) return;
  if (narrow.matches) toast(`${story.title() || "Your question"}: answered.`, "", { label: "Open", run: show });
  else show();
}

// Whatever takes room from the channel, or makes a message in it taller: the newest one stays in view as long as the
// reader has not gone elsewhere. A note over the end of a list gets room below it.
$("scroll").addEventListener("scroll", () => { if (Math.abs($("scroll").scrollTop - pinnedAt) >= 2) pinned = atBottom($("scroll")); });
// While a finger is down nothing moves under it: a press shows a message's tools, which make it taller.
const grown = new ResizeObserver(() => { if (!view.home && store.state && pinned && !pressing) showNewest($("scroll")); });
let pressing = false;
addEventListener("pointerdown", () => { pressing = true; }, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => requestAnimationFrame(() => { pressing = false; }), true);
grown.observe($("scroll"));
new ResizeObserver(() => {
  const height = $("toasts").offsetHeight;
  document.documentElement.style.setProperty("--notes", height ? `${height + 16}px` : "0px");
  const thread = pane?.scroll;
  if (height && thread && atBottom(thread)) requestAnimationFrame(() => { thread.scrollTop = thread.scrollHeight; });
}).observe($("toasts"));

// A link to a message of this workspace leads there on this page; one to anywhere else stays a link.
const ARCHIVED = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/;

function follow(event) {
  const link = event.target.closest?.("a[href]");
  const found = link && ARCHIVED.exec(new URL(link.href).pathname);
  if (!found) return;
  const [, room, seconds, fraction] = found;
  const ts = `${seconds}.${fraction}`;
  const shown = channel(room) && message(room, ts);
  if (!shown) return;
  event.preventDefault();
  openThread(shown.thread_ts || ts, false, room, false);
  requestAnimationFrame(() => reveal(ts));
}

function reveal(ts) {
  const row = $("pane").querySelector(`.message[data-ts="${CSS.escape(ts)}"]`);
  row?.scrollIntoView({ block: "start" });
  row?.focus({ preventScroll: true });
}

addEventListener("click", follow);
addEventListener("hashchange", navigate);
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open], .menu")) return;
  if ($("app").classList.contains("drawer")) drawer(false);
  else if (view.pane !== "none") closePane();
});
$("scrim").addEventListener("click", () => drawer(false));
$("scroll").addEventListener("focusin", (event) => { if (event.target.classList?.contains("message")) rove(event.target.parentElement); });

theme();
try {
  await load();
  listen();
  if (view.home) post("home", {}); // the address may lead there at once
  if (!narrow.matches && store.state.scenarios.length && view.pane === "none" && !view.thread) { view.pane = "scenarios"; drawAll(); }
} catch {
  document.body.replaceChildren(h("p", { class: "broken" }, "The workspace does not answer. Start it again, then reload this page."));
}
