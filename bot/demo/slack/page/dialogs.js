// Confirmations, menus, and the app's modals. <dialog> keeps the focus inside and closes on Esc.

import { h, icon, iconButton } from "./dom.js";

export function confirm(spec, draw) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const done = (answer) => {
      box.close();
      box.remove();
      if (before && before.isConnected) before.focus();
      resolve(answer);
    };
    const yes = h("button", { type: "button", class: `button ${spec.style === "danger" ? "danger" : "primary"}`, onclick: () => done(true) }, draw(spec.confirm));
    const box = h("dialog", { class: "dialog confirm", "aria-labelledby": "confirm-title" },
      h("h2", { id: "confirm-title" }, draw(spec.title)),
      h("div", { class: "dialog-body text" }, draw(spec.text)),
      h("footer", {}, h("button", { type: "button", class: "button", onclick: () => done(false) }, draw(spec.deny)), yes));
    box.addEventListener("cancel", (event) => { event.preventDefault(); done(false); });
    document.body.append(box);
    box.showModal();
    yes.focus();
  });
}

export function menu(anchor, items, label = "Actions") {
  document.querySelector(".menu")?.remove();
  const close = (focus) => {
    list.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (focus && anchor.isConnected) anchor.focus();
  };
  const outside = (event) => { if (!list.contains(event.target)) close(false); };
  const entries = items.map((item) => h("button", {
    type: "button", role: item.checked === undefined ? "menuitem" : "menuitemradio", tabindex: "-1",
    "aria-checked": item.checked === undefined ? undefined : String(item.checked),
    onclick: () => { close(true); item.run(); },
  }, item.lead, h("span", { class: "menu-text" }, h("span", {}, item.label), item.note && h("small", {}, item.note)),
  item.checked && icon("check")));
  const list = h("div", { class: "menu", role: "menu", "aria-label": label }, entries);
  list.addEventListener("keydown", (event) => {
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      entries[(to + entries.length) % entries.length].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      close(true);
    }
  });
  document.body.append(list);
  anchor.setAttribute("aria-expanded", "true");
  place(list, anchor);
  document.addEventListener("pointerdown", outside, true);
  (entries.find((entry) => entry.getAttribute("aria-checked") === "true") || entries[0]).focus();
}

function place(list, anchor) {
  const from = anchor.getBoundingClientRect();
  const size = list.getBoundingClientRect();
  const below = from.bottom + size.height + 8 < window.innerHeight;
  list.style.top = `${Math.max(8, below ? from.bottom + 4 : from.top - size.height - 4)}px`;
  list.style.left = `${Math.min(Math.max(8, from.left), window.innerWidth - size.width - 8)}px`;
}

// The top modal of the app. `actions`: submit(view, values) -> errors, close(view).
// What opened a dialog gets the focus back, also when its row has been drawn anew since.
export function opener(node = document.activeElement) {
  const key = node?.dataset?.key;
  const row = node?.closest?.("[data-ts]")?.dataset.ts;
  const pane = node?.closest?.(".thread") ? ".thread " : "";
  const place = row ? `${pane}[data-ts="${CSS.escape(row)}"] ` : "";
  return () => {
    const again = node?.isConnected ? node : key && document.querySelector(`${place}[data-key="${CSS.escape(key)}"]`);
    (again || (place && document.querySelector(place)))?.focus({ preventScroll: true });
  };
}

export function modal(view, drawBlocks, actions) {
  const inputs = [];
  const body = h("div", { class: "dialog-body" }, drawBlocks(view.blocks, inputs));
  const submit = view.submit && h("button", { type: "submit", class: "button primary" }, view.submit.text);
  const form = h("form", { novalidate: true },
    h("header", {}, h("h2", { id: "modal-title", tabindex: "-1" }, view.title.text), iconButton("close", "Close", () => actions.close(view))),
    body,
    h("footer", {},
      h("button", { type: "button", class: "button", onclick: () => actions.close(view) }, view.close ? view.close.text : "Cancel"),
      submit));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!submit || submit.getAttribute("aria-busy") === "true" || missing(inputs)) return;
    submit.setAttribute("aria-busy", "true");
    showErrors(inputs, await actions.submit(view, values(inputs)));
    submit.removeAttribute("aria-busy");
  });
  const box = h("dialog", { class: "dialog modal", "aria-labelledby": "modal-title", data: { view: view.id, hash: view.hash } }, form);
  box.addEventListener("cancel", (event) => { event.preventDefault(); actions.close(view); });
  box.inputs = inputs;
  return box;
}

export function keepValues(from, to) {
  for (const { block, item, control } of to.inputs) {
    const old = from.inputs.find((other) => other.block.block_id === block.block_id && other.item.action_id === item.action_id);
    if (old && "value" in old.control && "value" in control) control.value = old.control.value;
  }
}

function values(inputs) {
  const all = {};
  for (const { block, item, control } of inputs) (all[block.block_id] ||= {})[item.action_id] = control.readChoice();
  return all;
}

function missing(inputs) {
  const errors = {};
  for (const { block, control } of inputs) {
    const read = control.readChoice();
    const empty = !(read.value || read.selected_option || (read.selected_options || []).length);
    if (empty && !block.optional) errors[block.block_id] = "Please complete this required field.";
  }
  showErrors(inputs, errors);
  return Object.keys(errors).length > 0;
}

function showErrors(inputs, errors) {
  let first = null;
  for (const { block, control } of inputs) {
    const note = control.parentElement.querySelector(".note");
    const text = (errors || {})[block.block_id];
    control.toggleAttribute("aria-invalid", Boolean(text));
    if (text) control.setAttribute("aria-invalid", "true");
    note.classList.toggle("error", Boolean(text));
    note.textContent = text || (block.hint ? block.hint.text : "");
    if (text && !first) first = control;
  }
  if (first) first.focus();
}
