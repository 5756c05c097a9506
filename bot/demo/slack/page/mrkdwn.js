// Slack's mrkdwn: text -> tree -> DOM. The three entities are decoded last, on the leaves, so that an escaped
// <!channel> stays text and an unescaped one shows as the live mention it would be.

import { h, iconButton, toast } from "./dom.js";
import { emoji } from "./emoji.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const MARKS = { "*": "bold", "_": "italic", "~": "strike" };

export const decode = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);

export function parse(text) {
  const out = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("```", at);
    const close = open < 0 ? -1 : text.indexOf("```", open + 3);
    if (close < 0 || close === open + 3) {
      out.push(...lines(text.slice(at)));
      break;
    }
    if (open > at) out.push(...lines(text.slice(at, open).replace(/\n$/, "")));
    out.push({ kind: "pre", children: controls(text.slice(open + 3, close).replace(/^\n|\n$/g, "")) });
    at = close + 3;
    if (text[at] === "\n") at += 1;
  }
  return out;
}

function lines(text) {
  const out = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) out.push({ kind: "quote", children: inline(quoted.join("\n")) });
    quoted = [];
  };
  const all = text.split("\n");
  all.forEach((line, index) => {
    const mark = line.startsWith("&gt;") ? 4 : line.startsWith(">") ? 1 : 0;
    if (mark) {
      quoted.push(line.slice(mark).replace(/^ /, ""));
      return;
    }
    flush();
    out.push(...inline(index < all.length - 1 ? `${line}\n` : line));
  });
  flush();
  return out;
}

const isWord = (char) => char !== undefined && /[\p{L}\p{N}]/u.test(char);
const isSpace = (char) => char === undefined || /\s/.test(char);

function inline(text, within = "") {
  const out = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push({ kind: "text", text: plain });
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = token(text, at, within);
    if (found) {
      flush();
      out.push(found.node);
      at = found.end;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return out;
}

function token(text, at, within) {
  const char = text[at];
  if (char === "<") return control(text, at);
  if (char === "`") return code(text, at);
  if (char === ":") return named(text, at);
  if (MARKS[char] && !within.includes(char)) return marked(text, at, within);
  return null;
}

function code(text, at) {
  const end = text.indexOf("`", at + 1);
  const inner = end < 0 ? "" : text.slice(at + 1, end);
  if (!inner || inner.includes("\n")) return null;
  return { node: { kind: "code", children: controls(inner) }, end: end + 1 };
}

function named(text, at) {
  const match = /^:([a-z0-9_+-]{1,40}):/.exec(text.slice(at, at + 44));
  const drawn = match && emoji(match[1]);
  return drawn ? { node: { kind: "emoji", text: drawn, name: match[1] }, end: at + match[0].length } : null;
}

function marked(text, at, within) {
  const mark = text[at];
  if (isWord(text[at - 1]) || isSpace(text[at + 1]) || text[at + 1] === mark) return null;
  for (let end = at + 2; end < text.length && text[end] !== "\n"; end += 1) {
    if (text[end] === "`") {
      const close = text.indexOf("`", end + 1);
      if (close > 0) end = close;
      continue;
    }
    if (text[end] === mark && !isSpace(text[end - 1]) && !isWord(text[end + 1])) {
      const children = inline(text.slice(at + 1, end), within + mark);
      return { node: { kind: MARKS[mark], children }, end: end + 1 };
    }
  }
  return null;
}

// Inside code only the control sequences are alive.
function controls(text) {
  const out = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const found = text[at] === "<" ? control(text, at) : null;
    if (found) {
      if (plain) out.push({ kind: "text", text: plain });
      plain = "";
      out.push(found.node);
      at = found.end;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) out.push({ kind: "text", text: plain });
  return out;
}

function control(text, at) {
  const end = text.indexOf(">", at + 1);
  if (end < 0) return null;
  const [target, ...rest] = text.slice(at + 1, end).split("|");
  const label = rest.join("|");
  const node = meaning(target, label);
  return node ? { node, end: end + 1 } : null;
}

function meaning(target, label) {
  if (target.startsWith("@")) return { kind: "user", id: target.slice(1), label };
  if (target.startsWith("#")) return { kind: "channel", id: target.slice(1), label };
  if (target.startsWith("!subteam^")) return { kind: "broadcast", text: label || `@${target.slice(9)}` };
  if (target.startsWith("!date^")) return dated(target, label);
  if (["!channel", "!here", "!everyone"].includes(target)) return { kind: "broadcast", text: `@${target.slice(1)}` };
  if (/^(?:https?:\/\/|mailto:)/.test(target)) return { kind: "link", url: decode(target), text: label || target };
  return null;
}

// <!date^1795348207^{date_short_pretty} {time}|fallback>: a time in the reader's own zone. Without a usable time or with a
// token that Slack does not know, the fallback stands there (docs.slack.dev/messaging/formatting-message-text).
function dated(target, label) {
  const [, seconds, format = ""] = target.split("^");
  const at = new Date(Number(seconds) * 1000);
  const known = /^-?\d+$/.test(seconds) && !Number.isNaN(at.getTime()) && format &&
    [...format.matchAll(/\{(\w+)\}/g)].every(([, token]) => DATES[token]);
  if (!known) return { kind: "text", text: label || target };
  return { kind: "date", at, text: format.replace(/\{(\w+)\}/g, (all, token) => DATES[token](at)) };
}

const clock = (at, more) => at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false, ...more });
const day = (at, options) => at.toLocaleDateString([], { year: "numeric", ...options });
const LONG = { weekday: "long", month: "long", day: "numeric" };
const DAYS = { "-1": "yesterday", 0: "today", 1: "tomorrow" };

function pretty(at, otherwise) {
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  const days = Math.round((midnight(at) - midnight(new Date())) / 86_400_000);
  return DAYS[days] || otherwise;
}

const DATES = {
  date_num: (at) => [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-"),
  date: (at) => day(at, { month: "long", day: "numeric" }),
  date_long: (at) => day(at, LONG),
  date_short: (at) => day(at, { month: "short", day: "numeric" }),
  date_pretty: (at) => pretty(at, DATES.date(at)),
  date_long_pretty: (at) => pretty(at, DATES.date_long(at)),
  date_short_pretty: (at) => pretty(at, DATES.date_short(at)),
  time: (at) => clock(at),
  time_secs: (at) => clock(at, { second: "2-digit" }),
};

const TAGS = { bold: "strong", italic: "em", strike: "s", quote: "blockquote" };

export function draw(nodes, names) {
  return nodes.map((node) => {
    switch (node.kind) {
      case "text": return breakable(decode(node.text));
      case "words": return words(decode(node.text));
      case "date": return h("time", { datetime: node.at.toISOString(), title: node.at.toLocaleString() }, decode(node.text));
      case "emoji": return h("span", { class: "emoji", role: "img", "aria-label": node.name }, node.text);
      case "code": return h("code", {}, draw(node.children.map((child) => (child.kind === "text" ? { ...child, kind: "name" } : child)), names));
      case "name": return inPieces(decode(node.text));
      case "pre": return block(draw(node.children.map(unbroken), names));
      case "link": return link(node.url, decode(node.text));
      case "user": return h("span", { class: "mention" }, `@${names.user(node.id) || node.label || node.id}`);
      case "channel": return h("span", { class: "mention" }, `#${names.channel(node.id) || node.label || node.id}`);
      case "broadcast": return h("span", { class: "mention loud" }, decode(node.text));
      default: return h(TAGS[node.kind], {}, draw(node.children, names));
    }
  });
}

// A word that is longer than a line breaks after a slash, an equals sign, a comma, or a dot before a letter: neither in
// the middle of a name nor in that of a version.
const LONG_WORD = /[^\s]{20,}/;
const SHORT_NAME = 24; // characters of a name or command in a line that are not broken: a phone's row beside a button
const PIECE = 30; // characters of a part of a longer one: a phone's line holds them
const MAY_BREAK = /(?<=[^\s/=,][/=,])(?=[^\s/=,])|(?<=[\w\]][.\]])(?=[A-Za-z.])/;
const breakable = (text) => {
  const bound = text.replaceAll(" · ", "\u00a0· "); // a dot between two facts does not begin a line
  return LONG_WORD.test(bound) ? bound.split(MAY_BREAK).flatMap((part, at) => (at ? [h("wbr", {}), part] : [part])) : bound;
};

// Text of a code block breaks at spaces: a flag or a name that is cut in two is read wrong. What is longer than a line
// breaks where a long word may.
const unbroken = (node) => (node.kind === "text" ? { kind: "words", text: node.text } : node);
// A name in a line breaks where a long word may, and a command at its spaces: not at each hyphen, as text does.
function inPieces(text) {
  const pieces = text.length <= SHORT_NAME ? [text] : text.split(/(?<=\s)/).flatMap((part) => part.split(MAY_BREAK));
  const whole = (piece) => /[-\s]/.test(piece.trim()) && piece.length <= PIECE;
  return pieces.flatMap((piece, at) => [...(at ? [h("wbr", {})] : []), whole(piece) ? h("span", { class: "whole" }, piece) : piece]);
}
const words = (text) => text.split(/([^\s]*-[^\s]*|[^\s]{20,})/).map((part, at) => (at % 2 ? word(part) : part));
const word = (text) => h("span", { class: "word" }, LONG_WORD.test(text)
  ? text.split(MAY_BREAK).map((part) => h("span", { class: "word" }, part)) : text);

const COMMAND = /^\s*(?:kubectl|crashloop|openssl|helm|argocd|flux|docker|curl)\s/;

// A code block; one that holds a command can be copied.
export function block(children) {
  const pre = h("pre", { tabindex: "0" }, children);
  const text = pre.textContent;
  if (!COMMAND.test(text)) return pre;
  const copy = async () => { await navigator.clipboard.writeText(text); toast("Copied."); };
  return h("div", { class: "command-block" }, pre, iconButton("copy", "Copy the command", copy));
}

export function link(url, text) {
  if (!/^(?:https?:\/\/|mailto:)/.test(url)) return text;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url }, breakable(text));
}

export const mrkdwn = (text, names) => draw(parse(text || ""), names);

// What a screen reader or a one-line preview gets.
export function flat(text, names) {
  return h("span", {}, mrkdwn(text, names)).textContent;
}
