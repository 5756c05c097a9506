// The strip that shows how far a story is: alert, verdict, undo, recovered. Each step lights up as it happens.

import { h } from "./dom.js";
import { message, replies } from "./store.js";

const STEPS = ["Alert", "Verdict", "Undo", "Recovered"];
const PRESSED = /^(⏳|✋|✅|⚠️|❌|❔) .*\*(Undo|Restart)\b/u;
const OVER = /^🟢 \*Recovered/u;
const now = { room: "", ts: "", step: 0 };

// Somebody set an alert off: a new story begins.
export const begin = () => { Object.assign(now, { room: "", ts: "", step: 1 }); };

// The thread in which it goes on, or in which the answer to a question begins one.
export const follow = (room, ts) => { Object.assign(now, { room, ts, step: 1 }); };

// Steps that have happened; one that was reached stays.
function reached() {
  const root = now.ts && message(now.room, now.ts);
  if (!root) return now.step;
  const said = [root, ...replies(now.room, now.ts).filter((item) => !item.ephemeral)].filter((item) => item.bot_id);
  const texts = said.map((item) => item.text || "");
  if (texts.some((text) => OVER.test(text))) return 4;
  if (texts.some((text) => PRESSED.test(text))) return 3;
  return said.some((item) => item.blocks?.length > 1) ? 2 : 1;
}

// The strip, or nothing before the first story.
export function strip() {
  if (!now.step) return null;
  now.step = Math.max(now.step, reached());
  return h("ol", { class: "story", "aria-label": "How far it is" }, STEPS.map((name, at) => h("li", {
    class: at < now.step ? "done" : "", ...(at === now.step - 1 ? { "aria-current": "step" } : {}),
  }, h("b", {}, String(at + 1)), ` ${name}`, at < now.step && h("span", { class: "unseen" }, " (done)"))));
}
