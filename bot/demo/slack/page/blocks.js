// Draws Block Kit. `context` gives names, what is open, and what happens on a press.

import { h, icon } from "./dom.js";
import { emoji } from "./emoji.js";
import { confirm, menu } from "./dialogs.js";
import { block as codeBlock, link, mrkdwn } from "./mrkdwn.js";

export function blocks(list, context) {
  return (list || []).map((block) => draw(block, context));
}

function draw(block, context) {
  const drawn = DRAW[block.type];
  if (!drawn) return h("p", { class: "block unknown" }, `This workspace does not draw blocks of type ${block.type}.`);
  return drawn(block, context);
}

export function textOf(object, context) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, context.names);
  return [object.emoji === false ? object.text : object.text.replace(/:([a-z0-9_+-]+):/g, (all, name) => emoji(name) || all)];
}

// A text that is links alone, such as a row of them with dots between, is pressed and not read: no word stands around.
function textBox(object, context, tag = "div") {
  const box = h(tag, { class: "text" }, textOf(object, context));
  const links = [...box.querySelectorAll("a")];
  const around = links.reduce((rest, link) => rest.replace(link.textContent, ""), box.textContent);
  if (links.length && !/[\p{L}\p{N}]/u.test(around)) box.classList.add("links");
  return box;
}

const DRAW = {
  section: (block, context) =>
    h("div", { class: "block section" },
      h("div", { class: "section-main" },
        block.text && textBox(block.text, context),
        block.fields && h("div", { class: "fields" }, block.fields.map((field) => textBox(field, context)))),
      block.accessory && h("div", { class: "accessory" }, element(block, block.accessory, context))),
  header: (block, context) =>
    h("div", { class: "block header", role: "heading", "aria-level": String((block.level || 1) + (context.below || 2)) }, textOf(block.text, context)),
  divider: () => h("hr", { class: "block divider" }),
  context: (block, context) =>
    h("div", { class: "block context" }, block.elements.map((item) =>
      item.type === "image" ? image(item) : textBox(item, context, "span"))),
  actions: (block, context) =>
    h("div", { class: "block actions" }, block.elements.map((item) => element(block, item, context))),
  image: (block, context) =>
    h("figure", { class: "block image" }, block.title && h("figcaption", {}, textOf(block.title, context)), image(block)),
  rich_text: (block, context) => h("div", { class: "block rich" }, block.elements.map((item) => rich(item, context))),
  markdown: (block, context) => h("div", { class: "block text" }, mrkdwn(block.text, context.names)),
  alert: (block, context) =>
    h("div", { class: `block alert ${block.level || "default"}`, role: "note" }, icon("flag"), h("div", { class: "text" }, textOf(block.text, context))),
  container,
  input,
  table: (block, context) =>
    h("div", { class: "block table", tabindex: "0" }, h("table", {}, block.rows.map((row, index) =>
      h("tr", {}, row.map((cell) => h(index ? "td" : "th", {}, cell.type === "rich_text"
        ? cell.elements.map((item) => rich(item, context)) : String(cell.text ?? ""))))))),
};

function image(item) {
  // The page's policy allows its own images only: a foreign picture shows as its description.
  const known = item.image_url.startsWith("data:") || item.image_url.startsWith("/");
  return known ? h("img", { src: item.image_url, alt: item.alt_text, class: "picture" }) : h("span", { class: "no-picture" }, item.alt_text);
}

function container(block, context) {
  const collapsible = block.is_collapsible ?? false;
  const open = context.isOpen(block.block_id, !(collapsible && block.default_collapsed));
  const body = h("div", { class: "container-body" }, blocks(block.child_blocks, context));
  const title = [
    h("span", { class: "container-title" }, textOf(block.title, context)),
    block.subtitle && h("span", { class: "container-subtitle" }, textOf(block.subtitle, context)),
  ];
  if (!collapsible) return h("section", { class: "block container" }, h("div", { class: "container-head" }, title), body);
  body.hidden = !open;
  const head = h("button", {
    type: "button", class: "container-head", "aria-expanded": String(open), data: { key: `open:${block.block_id}` },
    onclick: () => {
      const now = head.getAttribute("aria-expanded") !== "true";
      head.setAttribute("aria-expanded", String(now));
      body.hidden = !now;
      context.setOpen(block.block_id, now);
    },
  }, icon("right"), title);
  return h("section", { class: "block container collapsible" }, head, body);
}

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

function rich(item, context) {
  switch (item.type) {
    case "rich_text_preformatted": return codeBlock(item.elements.map((leaf) => richLeaf(leaf, context)));
    case "rich_text_quote": return h("blockquote", {}, item.elements.map((leaf) => richLeaf(leaf, context)));
    case "rich_text_list":
      return h(item.style === "ordered" ? "ol" : "ul", { class: `indent-${item.indent || 0}` },
        item.elements.map((entry) => h("li", {}, entry.elements.map((leaf) => richLeaf(leaf, context)))));
    default: return h("div", { class: "text" }, item.elements.map((leaf) => richLeaf(leaf, context)));
  }
}

function richLeaf(leaf, context) {
  let drawn;
  switch (leaf.type) {
    case "link": drawn = link(leaf.url, leaf.text || leaf.url); break;
    case "user": drawn = h("span", { class: "mention" }, `@${context.names.user(leaf.user_id) || leaf.user_id}`); break;
    case "channel": drawn = h("span", { class: "mention" }, `#${context.names.channel(leaf.channel_id) || leaf.channel_id}`); break;
    case "emoji": drawn = h("span", { class: "emoji" }, emoji(leaf.name) || `:${leaf.name}:`); break;
    default: drawn = leaf.text || "";
  }
  for (const [style, tag] of Object.entries(STYLES)) if (leaf.style && leaf.style[style]) drawn = h(tag, {}, drawn);
  return drawn;
}

async function press(block, item, value, context, control) {
  if (control.getAttribute("aria-busy") === "true") return;
  if (item.confirm && !(await confirm(item.confirm, (object) => textOf(object, context)))) return;
  control.setAttribute("aria-busy", "true");
  await context.act({ block_id: block.block_id, action_id: item.action_id, value });
  control.removeAttribute("aria-busy");
}

function element(block, item, context) {
  // The whole spec stands in the element: a changed confirmation or option makes it another element.
  const data = { key: `${block.block_id}:${item.action_id}`, spec: JSON.stringify(item) };
  switch (item.type) {
    case "button": {
      const look = { class: `button ${item.style || ""}`, "aria-label": item.accessibility_label, data };
      const run = () => press(block, item, undefined, context, button);
      const leads = item.url && /^https?:/.test(item.url);
      const button = leads
        ? h("a", { ...look, href: item.url, target: "_blank", rel: "noopener noreferrer", onclick: run }, textOf(item.text, context))
        : h("button", { ...look, type: "button", onclick: run }, textOf(item.text, context));
      return button;
    }
    case "overflow": {
      const button = h("button", {
        type: "button", class: "button square", "aria-label": "More actions", "aria-haspopup": "menu", data,
        onclick: () => menu(button, item.options.map((option) => ({
          label: textOf(option.text, context), note: option.description && textOf(option.description, context),
          run: () => press(block, item, option.value, context, button),
        }))),
      }, icon("more"));
      return button;
    }
    case "static_select": {
      const initial = item.initial_option ? item.initial_option.value : "";
      const select = h("select", {
        class: "select", "aria-label": item.placeholder ? item.placeholder.text : "Choose", data,
        onchange: () => press(block, item, select.value, context, select),
      }, options(item, initial, context));
      return select;
    }
    case "image": return image(item);
    case "radio_buttons":
    case "checkboxes": return choices(block, item, context);
    default: return h("span", { class: "muted" }, `[${item.type}]`);
  }
}

function options(item, initial, context) {
  const one = (option) => {
    const made = h("option", { value: option.value }, textOf(option.text, context));
    made.selected = option.value === initial;
    return made;
  };
  const groups = (item.option_groups || []).map((group) => h("optgroup", { label: group.label.text }, group.options.map(one)));
  const hint = h("option", { value: "", disabled: true }, item.placeholder ? item.placeholder.text : "Choose…");
  hint.selected = !initial;
  return [hint, (item.options || []).map(one), groups];
}

function choices(block, item, context, onpick = null) {
  const many = item.type === "checkboxes";
  const initial = (item.initial_options || (item.initial_option ? [item.initial_option] : [])).map((option) => option.value);
  const group = h("div", { class: "choices", role: many ? "group" : "radiogroup" });
  const picked = () => [...group.querySelectorAll("input:checked")].map((box) => box.value);
  for (const option of item.options) {
    const box = h("input", {
      type: many ? "checkbox" : "radio", name: `${block.block_id}.${item.action_id}`, value: option.value,
      onchange: () => (onpick ? onpick() : press(block, item, many ? picked() : picked()[0], context, group)),
    });
    box.checked = initial.includes(option.value);
    group.append(h("label", {}, box, h("span", {}, textOf(option.text, context),
      option.description && h("small", {}, textOf(option.description, context)))));
  }
  group.readChoice = () => {
    const chosen = item.options.filter((option) => picked().includes(option.value));
    return many ? { type: item.type, selected_options: chosen } : { type: item.type, selected_option: chosen[0] || null };
  };
  return group;
}

function input(block, context) {
  const item = block.element;
  const id = `input-${block.block_id}`;
  let control;
  if (item.type === "plain_text_input") {
    control = h(item.multiline ? "textarea" : "input", {
      id, class: "field", type: item.multiline ? undefined : "text", placeholder: item.placeholder && item.placeholder.text,
      maxlength: item.max_length, rows: item.multiline ? "4" : undefined, autocomplete: "off", "aria-describedby": `${id}-note`,
      autofocus: item.focus_on_load,
    });
    control.value = item.initial_value || "";
    control.readChoice = () => ({ type: item.type, value: control.value || null });
  } else if (item.type === "static_select") {
    control = h("select", { id, class: "select", "aria-describedby": `${id}-note` }, options(item, item.initial_option ? item.initial_option.value : "", context));
    control.readChoice = () => {
      const all = [...(item.options || []), ...(item.option_groups || []).flatMap((group) => group.options)];
      return { type: item.type, selected_option: all.find((option) => option.value === control.value) || null };
    };
  } else {
    control = choices(block, item, context, () => {});
  }
  if (context.inputs) context.inputs.push({ block, item, control });
  return h("div", { class: "block input", data: { block: block.block_id } },
    h("label", { for: id }, textOf(block.label, context), block.optional && h("span", { class: "muted" }, " (optional)")),
    control,
    h("p", { class: "note", id: `${id}-note` }, block.hint ? textOf(block.hint, context) : ""));
}
