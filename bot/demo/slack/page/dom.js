// Small helpers that build elements. Foreign text only ever becomes a text node: there is no innerHTML on this page.

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  hash: "M7.5 3.5 6 16.5M14 3.5l-1.5 13M3.5 7.5h13.5M3 12.5h13.5",
  lock: "M5.5 9h9v7.5h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9",
  copy: "M7.5 7.5h9v9h-9zM5 12.5H3.5v-9h9V5",
  send: "M3.5 10 16.5 4 13 16.5 9.5 11.5zM9.5 11.5 16.5 4",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12 4.5 6.5 10l5.5 5.5",
  reply: "M4 5.5h12v8H9.5L6 16.5v-3H4z",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  eye: "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  down: "m5.5 8 4.5 4.5L14.5 8",
  right: "m8 5.5 4.5 4.5L8 14.5",
  menu: "M3.5 6h13M3.5 10h13M3.5 14h13",
  search: "M9 4a5 5 0 1 1 0 10A5 5 0 0 1 9 4zM12.7 12.7 16.5 16.5",
  sun: "M10 7a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M15.7 4.3l-1.4 1.4M5.7 14.3l-1.4 1.4",
  moon: "M16 11.5A6.5 6.5 0 0 1 8.5 4a6.5 6.5 0 1 0 7.5 7.5z",
  bell: "M5.5 13.5V9a4.5 4.5 0 0 1 9 0v4.5l1.5 1H4zM8.5 16.5h3",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  file: "M5.5 3h6l3.5 3.5V17h-9.5zM11 3v4h4M7.5 10.5h5M7.5 13.5h5",
  flag: "M5 17V4M5 4.5h9.5L12.5 8l2 3.5H5",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, extra = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...extra }, icon(name));
}

export const clock = (ts) => new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

export function time(ts) {
  const at = new Date(Number(ts) * 1000);
  return h("time", { datetime: at.toISOString(), title: at.toLocaleString() }, clock(ts));
}

export function dayName(ts) {
  const at = new Date(Number(ts) * 1000);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return at.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

export function ago(ts) {
  const seconds = Math.max(0, Date.now() / 1000 - Number(ts));
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return dayName(ts);
}

const HUES = [212, 24, 152, 282, 338, 48];

export function avatar(who, small = false) {
  const box = h("span", { class: `avatar${small ? " small" : ""}`, "aria-hidden": "true" });
  if (who.kind === "app") {
    box.append(h("img", { src: "/assets/icon.svg", alt: "" }));
    return box;
  }
  const initials = who.name.split(/[\s-]+/).map((word) => word[0] || "").join("").slice(0, 2).toUpperCase();
  box.append(initials);
  if (who.kind === "other") box.classList.add("other");
  else box.style.setProperty("--hue", HUES[who.index % HUES.length]);
  return box;
}

// One note at a time. One with something to press is over when the reader goes elsewhere: `leave` takes it away.
export function toast(text, kind = "", action = null) {
  const box = h("div", { class: `toast ${kind}` }, h("span", {}, text));
  const done = () => box.remove();
  if (action) box.append(h("button", { type: "button", class: "link", onclick: () => { action.run(); done(); } }, action.label));
  box.append(iconButton("close", "Dismiss", done));
  box.classList.toggle("offer", Boolean(action));
  document.getElementById("toasts").replaceChildren(box);
  setTimeout(done, action ? 12000 : 7000);
  return done;
}

export const leave = () => document.querySelector("#toasts .offer")?.remove();
