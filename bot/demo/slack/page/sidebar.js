// The left side: workspace, channels, the app, and who one is.

import { avatar, h, icon, iconButton } from "./dom.js";
import { menu } from "./dialogs.js";
import { become, store } from "./store.js";

const THEMES = { light: ["sun", "Light"], dark: ["moon", "Dark"] };

export function theme(next = null) {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const now = localStorage.getItem("crashloop.theme") || system;
  if (next) localStorage.setItem("crashloop.theme", next);
  const chosen = next || now;
  if (localStorage.getItem("crashloop.theme")) document.documentElement.dataset.theme = chosen;
  return chosen;
}

// `on`: {go(channel), home(), scenarios(), close()}; `view`: {channel, home, pane}
export function sidebar(view, on) {
  const { state, unread } = store;
  const me = state.people.find((person) => person.id === store.me);
  const index = state.people.indexOf(me);
  const dark = theme() === "dark";
  const who = h("button", {
    type: "button", class: "who", "aria-haspopup": "menu", title: "Act as somebody else",
    data: { key: "who" },
    onclick: () => menu(who, state.people.map((person, at) => ({
      label: person.real_name, note: person.note || person.title, checked: person.id === store.me,
      lead: avatar({ kind: "person", name: person.real_name, index: at }, true), run: () => { on.close(); become(person.id); },
    })), "Act as"),
  }, avatar({ kind: "person", name: me.real_name, index }), h("span", { class: "unseen" }, "You are "), h("span", { class: "who-text" }, h("b", {}, me.real_name), h("small", {}, me.title || "Member")), icon("down"));
  return [
    h("header", { class: "side-head" }, h("div", {}, h("b", {}, state.team.name), h("small", {}, "local workspace")),
      iconButton("close", "Close the menu", on.close, { class: "icon-button only-phone" })),
    h("div", { class: "side-scroll" },
      state.scenarios.length > 0 && h("button", {
        type: "button", class: `side-item try${view.pane === "scenarios" ? " on" : ""}`, "aria-pressed": String(view.pane === "scenarios"), onclick: on.scenarios,
        data: { key: "side-scenarios" },
      }, icon("bell"), h("span", {}, "Scenarios"), h("span", { class: "count" }, String(state.scenarios.length))),
      h("h2", {}, "Channels"),
      state.channels.map((room) => {
        const on_ = !view.home && room.id === view.channel;
        const waiting = on_ ? 0 : unread[room.id] || 0;
        return h("button", {
          type: "button", class: `side-item${on_ ? " on" : ""}${waiting ? " waiting" : ""}`, "aria-current": on_ ? "page" : undefined,
          onclick: () => on.go(room.id), data: { key: `side-${room.id}` },
        }, icon(room.private ? "lock" : "hash"), h("span", {}, room.name),
        waiting > 0 && h("span", { class: "count", "aria-label": `${waiting} unread` }, String(waiting)));
      }),
      h("h2", {}, "Apps"),
      h("button", {
        type: "button", class: `side-item${view.home ? " on" : ""}`, "aria-current": view.home ? "page" : undefined, onclick: on.home,
        data: { key: "side-app" },
      }, h("img", { src: "/assets/icon.svg", alt: "" }), h("span", {}, state.app.name),
      h("span", { class: `presence${state.app.connected ? " on" : ""}`, title: state.app.connected ? "connected" : "not connected", role: "img", "aria-label": state.app.connected ? "connected" : "not connected" }))),
    h("footer", { class: "side-foot" }, who,
      iconButton(THEMES[dark ? "light" : "dark"][0], `${THEMES[dark ? "light" : "dark"][1]} theme`, () => { theme(dark ? "light" : "dark"); on.redraw(); }, { data: { key: "theme" } })),
  ];
}
