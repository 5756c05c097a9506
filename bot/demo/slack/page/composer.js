// The line one types in: messages, the slash command, and what it could be completed to.

import { h, iconButton } from "./dom.js";
import { post, store } from "./store.js";

// `where`: {id, placeholder, label, channel, thread (ts or ""), expect(), up()}
export function composer(where) {
  const { app } = store.state;
  const hints = h("div", { class: "hints", role: "listbox", id: `${where.id}-hints`, "aria-label": "Suggestions", hidden: true });
  const field = h("textarea", {
    id: where.id, rows: "1", placeholder: where.placeholder, "aria-label": where.label, autocomplete: "off", spellcheck: "false",
    "aria-controls": `${where.id}-hints`, "aria-autocomplete": "list", enterkeyhint: "send",
  });
  const send = iconButton("send", "Send", () => submit());
  send.classList.add("send");
  let at = -1;

  function suggestions() {
    const text = field.value;
    if (!text.startsWith("/") || text.includes("\n") || where.thread) return [];
    if (!text.startsWith(`${app.command} `)) {
      return app.command.startsWith(text.trim()) ? [{ label: app.command, usage: app.usage, note: app.description, fill: `${app.command} ` }] : [];
    }
    const typed = text.slice(app.command.length + 1).trim().toLowerCase();
    return store.state.scenarios.filter((card) => card.target && card.target !== typed &&
      `${card.target} ${card.title}`.toLowerCase().includes(typed))
      .slice(0, 6).map((card) => ({ label: card.target, note: card.title, fill: `${app.command} ${card.target}` }));
  }

  function refresh() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
    send.disabled = !field.value.trim();
    const items = suggestions();
    hints.replaceChildren(...items.map((item, index) => h("button", {
      type: "button", role: "option", id: `${where.id}-hint-${index}`, tabindex: "-1", "aria-selected": String(index === at),
      onclick: () => take(item),
    }, h("span", { class: "hint-label" }, item.label, item.usage && h("span", { class: "muted" }, ` ${item.usage}`)), h("small", {}, item.note))));
    hints.hidden = items.length === 0;
    if (at >= items.length) at = -1;
    if (at >= 0) field.setAttribute("aria-activedescendant", `${where.id}-hint-${at}`);
    else field.removeAttribute("aria-activedescendant");
    return items;
  }

  function take(item) {
    field.value = item.fill;
    at = -1;
    refresh();
    if (item.fill.trim() !== app.command) hints.hidden = true;
    field.focus();
  }

  async function submit() {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    at = -1;
    refresh();
    const first = text.split(/\s/, 1)[0];
    let result;
    if (first === app.command) {
      if (where.thread) {
        result = null;
        where.refuse(`${app.command} does not work in threads, as in Slack. Mention @${app.name} instead.`);
      } else {
        where.expect();
        result = await post("command", { channel: where.channel, text: text.slice(first.length).trim() });
      }
    } else if (first.startsWith("/") && first.length > 1) {
      result = null;
      where.refuse(`${first} is not a command of this workspace. Try ${app.command}.`);
    } else {
      if (text.includes(`@${app.name}`) && !where.thread) where.expect();
      result = await post("message", { channel: where.channel, text, thread_ts: where.thread });
    }
    if (result === null && !field.value) {
      field.value = text;
      refresh();
    }
  }

  field.addEventListener("input", () => { at = -1; refresh(); });
  field.addEventListener("blur", () => setTimeout(() => { if (!box.contains(document.activeElement)) hints.hidden = true; }, 150));
  field.addEventListener("focus", refresh);
  field.addEventListener("keydown", (event) => {
    const items = hints.hidden ? [] : suggestions();
    if (items.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      at = event.key === "ArrowDown" ? (at + 1) % items.length : (at <= 0 ? items.length : at) - 1;
      refresh();
    } else if (items.length && (event.key === "Tab" || (event.key === "Enter" && at >= 0)) && !event.shiftKey) {
      event.preventDefault();
      take(items[Math.max(at, 0)]);
    } else if (items.length && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      hints.hidden = true;
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && !field.value) {
      event.preventDefault();
      where.up();
    }
  });
  const box = h("div", { class: "composer" }, hints, h("div", { class: "composer-line" },
    !where.thread && h("button", {
      type: "button", class: "icon-button slash", "aria-label": `Type ${app.command}`, title: `Type ${app.command}`,
      onclick: () => { field.value = `${app.command} `; refresh(); field.focus(); },
    }, "/"),
    field, send));
  box.fill = (text) => { field.value = text; at = -1; refresh(); hints.hidden = true; field.focus(); };
  box.focusField = () => field.focus();
  queueMicrotask(() => { refresh(); });
  return box;
}
