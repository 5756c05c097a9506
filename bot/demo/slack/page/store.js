// What the page knows, and its line to the server: one read of everything, then a stream of changes.

import { toast } from "./dom.js";

const listeners = [];

export const store = {
  me: localStorage.getItem("crashloop.me") || "",
  state: null,
  unread: {},
  open: new Map(), // what the reader opened or folded, by message and block
  pressed: 0, // when the reader last pressed something: what follows is the answer to it
  expect: null, // an act of ours whose thread is to be shown when it gets its first answer
};

export const onChange = (listener) => listeners.push(listener);
const tell = (frame) => listeners.forEach((listener) => listener(frame));

// Which scenarios were set off in this tab, and when: seconds since the epoch by id.
const sent = JSON.parse(sessionStorage.getItem("crashloop.fired") || "{}");

export function fired(card) {
  sent[card.id] = Date.now() / 1000;
  sessionStorage.setItem("crashloop.fired", JSON.stringify(sent));
  tell({ kind: "scenarios" });
}

export const firedAt = (card) => sent[card.id];

let stream = null;

export async function load() {
  const answer = await fetch(`/ui/state?as=${encodeURIComponent(store.me)}`);
  if (!answer.ok) throw new Error(await answer.text());
  store.state = await answer.json();
  store.me = store.state.me;
  tell({ kind: "everything" });
}

export function listen() {
  if (stream) stream.close();
  stream = new EventSource(`/ui/stream?as=${encodeURIComponent(store.me)}`);
  let lost = false;
  stream.onopen = () => {
    if (lost) load();
    lost = false;
    tell({ kind: "online", online: true });
  };
  stream.onerror = () => {
    lost = true;
    tell({ kind: "online", online: false });
  };
  stream.onmessage = (event) => apply(JSON.parse(event.data));
}

function apply(frame) {
  const state = store.state;
  const room = frame.channel && channel(frame.channel);
  if (frame.message && room) {
    const at = room.messages.findIndex((item) => item.ts === frame.message.ts);
    if (at >= 0) room.messages[at] = frame.message;
    else room.messages.push(frame.message);
  } else if (frame.kind === "deleted" && room) {
    room.messages = room.messages.filter((item) => item.ts !== frame.ts);
  } else if (frame.kind === "views") state.views = frame.views;
  else if (frame.kind === "home") state.home = frame.home;
  else if (frame.kind === "scenarios") state.scenarios = frame.scenarios;
  else if (frame.kind === "connection") state.app.connected = frame.connected;
  tell(frame);
}

export async function post(name, body) {
  if (name === "action" || name === "submit") store.pressed = Date.now();
  try {
    const answer = await fetch(`/ui/${name}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ as: store.me, ...body }),
    });
    const result = await answer.json();
    if (!answer.ok) {
      toast(result.error || "That did not work.", "error");
      return null;
    }
    return result;
  } catch {
    toast("The workspace does not answer. Is it still running?", "error");
    return null;
  }
}

export async function become(user) {
  store.me = user;
  localStorage.setItem("crashloop.me", user);
  await load();
  listen();
}

export const channel = (id) => store.state.channels.find((room) => room.id === id);
export const message = (id, ts) => channel(id)?.messages.find((item) => item.ts === ts);
export const isReply = (item) => item.thread_ts && item.thread_ts !== item.ts;
export const isBroadcast = (item) => item.subtype === "thread_broadcast";
export const roots = (id) => channel(id).messages.filter((item) => !isReply(item) || isBroadcast(item));
export const replies = (id, ts) => channel(id).messages.filter((item) => isReply(item) && item.thread_ts === ts);

export const names = {
  user: (id) => {
    if (id === store.state.app.user) return store.state.app.name;
    const person = store.state.people.find((item) => item.id === id);
    return person && person.real_name;
  },
  channel: (id) => channel(id)?.name,
};

export function author(item) {
  const { app, people } = store.state;
  if (item.bot_id === app.bot_id) return { kind: "app", name: app.name, index: 0, key: app.bot_id };
  const index = people.findIndex((person) => person.id === item.user);
  if (index >= 0) return { kind: "person", name: people[index].real_name, index, key: item.user };
  return { kind: "other", name: item.username || "App", index: 0, key: item.bot_id };
}

// The next answer in a thread of this channel (of any, where it is empty) belongs to what the reader has just done:
// in the thread `ts` where it is known, else in the one that says something new of the namespace `about`.
export function expectThread(id, ts = "", about = "") {
  store.expect = { channel: id, ts, about, after: newest(), until: Date.now() + 30000 };
}

const newest = () => store.state.channels.flatMap((room) => room.messages).reduce((last, item) => (item.ts > last ? item.ts : last), "");

// Whether the thread is that of what the reader has just done. A late reply to something older is not: where nothing
// says what it is about, the thread itself is new.
export function isExpected(room, root) {
  const awaited = store.expect;
  if (!awaited || Date.now() > awaited.until || (awaited.channel && awaited.channel !== room)) return false;
  if (awaited.ts) return awaited.ts === root.ts;
  if (!awaited.about) return root.ts > awaited.after;
  return [root, ...replies(room, root.ts)].some((item) => item.ts > awaited.after && tellsOf(item, awaited.about));
}

// Whether the app names something of that namespace in a message.
export const tellsOf = (item, about) => Boolean(item.bot_id) && (item.text || "").includes(`\`${about}/`);
