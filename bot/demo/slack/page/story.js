// The strip that shows how far a story is: alert (or question), verdict, act, recovered. Each step lights up as it
// happens, and the third is named for what the answer offers: to roll back, a restart, or the fix by hand.

import { h } from "./dom.js";
import { message, replies, tellsOf } from "./store.js";

const DONE = /^(?:✅|⚠️ .*\bwent through)/u; // that approval was asked for, or a button pressed, changed nothing yet
const OVER = /^🟢 \*Recovered/u;
const BACK = /^🔁 /u; // it had recovered, and is back: nothing of what was reached before counts any more
const OFFERED = /^(Roll back|Restart)\b/;
const HEADLINE = /^(?:⏳ .*\n)?\S+ `([^`/]+)\//u; // an answer's first line: its mark, and whose answer it is
const now = { room: "", ts: "", step: 0, act: "", name: "", about: "", first: "", back: "" };

// Somebody set an alert off: a new story begins, under the name of its scenario; its answer names that namespace.
export const begin = (name, about = "") => { Object.assign(now, { room: "", ts: "", step: 1, act: "", name, about, first: "Alert", back: "" }); };

// The thread in which it goes on, or in which the answer to a question begins one.
export function follow(room, ts) {
  const begun = now.step && !now.ts;
  Object.assign(now, { room, ts, step: 1, act: "", back: "" }, begun ? {} : { name: "", about: "", first: "Asked" });
}

// Steps that have happened since it was last told to be back; one that was reached stays until then.
function reached() {
  const root = now.ts && message(now.room, now.ts);
  if (!root) return now.step;
  const said = own(root);
  now.act = offered(said) || now.act; // a button that was pressed is gone
  const back = said.findLastIndex((item) => BACK.test(item.text || ""));
  if (back >= 0 && now.back !== said[back].ts) Object.assign(now, { back: said[back].ts, step: 2 });
  const lately = back < 0 ? said : [root, ...said.slice(back + 1)];
  const texts = lately.flatMap((item) => [item.text, ...(item.blocks || []).map((block) => block.text?.text)]).map((text) => text || "");
  if (texts.some((text) => OVER.test(text))) return 4;
  if (texts.some((text) => DONE.test(text))) return 3;
  return back >= 0 || said.some((item) => item.blocks?.length > 1) ? 2 : 1;
}

// What was said of the story's own workload: in a thread that several share, its own answer, else the one for all.
function own(root) {
  const about = now.about || workload().split("/")[0];
  const answers = replies(now.room, now.ts).filter((item) => item.bot_id && !item.ephemeral);
  const whose = (item) => HEADLINE.exec(item.text || "")?.[1];
  if (!answers.some((item) => whose(item) && whose(item) !== about)) return [root, ...answers].filter((item) => item.bot_id);
  const its = answers.filter((item) => tellsOf(item, about));
  return its.length ? its : answers.filter((item) => !whose(item) && item.blocks?.length > 1);
}

const offered = (said) => said.flatMap((item) => item.blocks || []).flatMap((block) => block.elements || [])
  .map((element) => OFFERED.exec(element.text?.text || "")?.[1]).find(Boolean);

// The strip, in the channel where its story goes on; nothing before the first one.
export function strip(room) {
  if (!now.step || (now.room && now.room !== room)) return null;
  const step = reached(); // it takes back what no longer counts
  now.step = Math.max(now.step, step);
  const act = now.act || (now.step === 1 ? "Fix" : "Fix by hand"); // nothing is promised before the answer offers it
  const steps = h("ol", { class: "story", "aria-label": "How far it is" }, [now.first, "Verdict", act, "Recovered"].map((name, at) => h("li", {
    class: at < now.step ? "done" : "", ...(at === now.step - 1 ? { "aria-current": "step" } : {}),
  }, h("b", {}, String(at + 1)), ` ${name}`, at < now.step && h("span", { class: "unseen" }, " (done)"))));
  return h("div", { class: "strip" }, h("span", { class: "story-name" }, title()), steps);
}

// What it is about, or empty.
export const title = () => now.name || workload();

// What a question was about: the first name in the line that answers it.
function workload() {
  const root = now.ts && message(now.room, now.ts);
  return /`([^`]+)`/.exec(root?.text || "")?.[1] || "";
}
