// The panel of things to try: each card sets off an alert or fills in the command.

import { clock, h, icon, iconButton } from "./dom.js";
import { menu } from "./dialogs.js";
import { firedAt, store } from "./store.js";

// `on`: {close(), fire(card, how), type(card)}
export function scenariosPane(on) {
  const list = h("div", { class: "cards" });
  const search = h("input", {
    class: "field", type: "search", placeholder: "Filter: oom, secret, probe…", "aria-label": "Filter scenarios",
    oninput: () => fill(),
  });
  function fill() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const cards = store.state.scenarios.filter((card) => {
      const text = `${card.title} ${card.group} ${card.summary || ""} ${card.target || ""} ${card.alert || ""} ${card.id}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const first = cards.filter((card) => card.first);
    const groups = [...new Set(cards.filter((card) => !card.first).map((card) => card.group))];
    list.replaceChildren(
      ...first.map((card) => cardOf(card, on, true)),
      ...groups.map((group) => h("section", { class: "group", "aria-label": group }, h("h3", {}, group),
        cards.filter((card) => card.group === group && !card.first).map((card) => cardOf(card, on, false)))));
    if (!cards.length) list.append(h("p", { class: "empty" }, store.state.scenarios.length ? "No scenario matches." : "No scenarios here."));
  }
  fill();
  const pane = h("div", { class: "pane-inner scenarios" },
    h("header", { class: "head" }, h("div", { class: "head-title" }, h("h2", {}, "Scenarios"),
      h("p", {}, "Recorded from a real cluster")), iconButton("close", "Close scenarios", on.close)),
    h("div", { class: "pane-filter" }, icon("search"), search),
    h("div", { class: "pane-scroll" }, list));
  pane.refresh = fill;
  return pane;
}

function cardOf(card, on, hero) {
  const fire = h("button", {
    type: "button", class: `button${hero && !firedAt(card) ? " primary" : ""}`,
    onclick: async () => {
      if (fire.getAttribute("aria-busy") === "true") return;
      fire.setAttribute("aria-busy", "true");
      await on.fire(card, "webhook");
      fire.removeAttribute("aria-busy");
    },
  }, icon("bell"), "Fire this alert");
  const more = h("button", {
    type: "button", class: "button square", "aria-label": `Other ways to start: ${card.title}`, "aria-haspopup": "menu",
    onclick: () => menu(more, [
      { label: "Fire through the webhook", note: "Alertmanager calls the bot, which posts itself", run: () => on.fire(card, "webhook") },
      { label: "Fire as a Slack message", note: "Alertmanager posts, the bot answers in that thread", run: () => on.fire(card, "message") },
      ...(card.target ? [{ label: `Type ${store.state.app.command} for me`, note: card.target, run: () => on.type(card) }] : []),
    ]),
  }, icon("down"));
  if (!hero) {
    fire.setAttribute("aria-label", `Fire this alert: ${card.title}`);
    fire.replaceChildren(icon("bell"), "Fire");
    return h("article", { class: "card row" },
      h("div", { class: "card-says" }, h("h4", { class: "card-title" }, card.title, marks(card)), card.summary && h("p", { class: "card-text" }, card.summary)),
      h("div", { class: "split" }, fire, more));
  }
  return h("article", { class: "card hero" },
    !firedAt(card) && h("p", { class: "eyebrow" }, "Start here"),
    h("h3", { class: "card-title" }, card.title, marks(card)),
    card.summary && h("p", { class: "card-text" }, card.summary),
    h("div", { class: "card-actions" }, h("div", { class: "split" }, fire, more),
      card.target && h("button", {
        type: "button", class: "command", title: `Put ${store.state.app.command} ${card.target} into the composer`, onclick: () => on.type(card),
      }, h("small", {}, store.state.app.command), h("span", {}, card.target))));
}

const marks = (card) => [card.state && h("span", { class: "state" }, card.state),
  firedAt(card) && h("span", { class: "state" }, `fired ${clock(firedAt(card))}`)];

export function welcome(on) {
  const first = store.state.scenarios.find((card) => card.first) || store.state.scenarios[0];
  return h("section", { class: "welcome", "aria-label": "Welcome", data: { key: "welcome" } },
    h("div", { class: "welcome-head" }, h("img", { src: "/assets/icon.svg", alt: "" }), h("h2", {}, "See a crash explained in a minute"),
      iconButton("close", "Close the welcome", on.close)),
    h("ol", {},
      h("li", {}, h("strong", {}, "An alert fires."), " Crashloop reads the cluster and says what kills the pod."),
      h("li", {}, h("strong", {}, "The thread has the answer."), " Evidence, what was ruled out, what to do."),
      h("li", {}, h("strong", {}, "One button fixes it, if you may."), " Not allowed to? Switch user (",
        h("span", { class: "not-phone" }, "bottom left"), h("span", { class: "only-phone" }, "in the menu"), ") to Ben, and see it refused.")),
    first && h("div", { class: "welcome-actions" },
      h("button", { type: "button", class: "button primary", onclick: () => on.fire(first, "webhook") }, icon("bell"), "Fire the first alert"),
      first.target && h("button", { type: "button", class: "button", onclick: () => on.type(first) }, "or type the command"),
    ));
}
