// The strip that shows how far a story is: alert, verdict, rollback, recovered. Each step lights up as it happens, and the
// third is named for what the answer offers: the rollback, a restart, or the fix by hand.

import { h } from "./dom.js";
import { message, replies } from "./store.js";

const PRESSED = /^(⏳|✋|✅|⚠️|❌|❔) .*\*(Roll(ed)? back|Restart(ed)?)\b/u;
const OVER = /^🟢 \*Recovered/u;
const OFFERED = /^(Roll back|Restart)\b/;
const now = { room: "", ts: "", step: 0, act: "", name: "" };

// Somebody set an alert off: a new story begins, under the name of its scenario.
export const begin = (name) => { Object.assign(now, { room: "", ts: "", step: 1, act: "", name }); };

// The thread in which it goes on, or in which the answer to a question begins one.
export const follow = (room, ts) => { Object.assign(now, { room, ts, step: 1, act: "", name: now.ts ? "" : now.name }); };

// Steps that have happened; one that was reached stays.
function reached() {
  const root = now.ts && message(now.room, now.ts);
  if (!root) return now.step;
  const said = [root, ...replies(now.room, now.ts).filter((item) => !item.ephemeral)].filter((item) => item.bot_id);
  const texts = said.map((item) => item.text || "");
  now.act = offered(said) || now.act; // a button that was pressed is gone
  if (texts.some((text) => OVER.test(text))) return 4;
  if (texts.some((text) => PRESSED.test(text))) return 3;
  return said.some((item) => item.blocks?.length > 1) ? 2 : 1;
}

const offered = (said) => said.flatMap((item) => item.blocks || []).flatMap((block) => block.elements || [])
  .map((element) => OFFERED.exec(element.text?.text || "")?.[1]).find(Boolean);

// The strip, in the channel where its story goes on; nothing before the first one.
export function strip(room) {
  if (!now.step || (now.room && now.room !== room)) return null;
  now.step = Math.max(now.step, reached());
  const act = now.act || (now.step === 1 ? "Fix" : "Fix by hand"); // nothing is promised before the answer offers it
  const steps = h("ol", { class: "story", "aria-label": "How far it is" }, ["Alert", "Verdict", act, "Recovered"].map((name, at) => h("li", {
    class: at < now.step ? "done" : "", ...(at === now.step - 1 ? { "aria-current": "step" } : {}),
  }, h("b", {}, String(at + 1)), ` ${name}`, at < now.step && h("span", { class: "unseen" }, " (done)"))));
  return h("div", { class: "strip" }, h("span", { class: "story-name" }, now.name || workload()), steps);
}

// What a question was about: the first name in the line that answers it.
function workload() {
  const root = now.ts && message(now.room, now.ts);
  return /`([^`]+)`/.exec(root?.text || "")?.[1] || "";
}
