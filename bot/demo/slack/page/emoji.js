// The few emoji names this workspace draws; an unknown name stays as text, as it is then easy to see.
const EMOJI = {
  eyes: "👀", white_check_mark: "✅", heavy_check_mark: "✔️", warning: "⚠️", rotating_light: "🚨", fire: "🔥", x: "❌",
  red_circle: "🔴", large_green_circle: "🟢", green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠",
  large_blue_circle: "🔵", white_circle: "⚪", black_circle: "⚫", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  arrows_counterclockwise: "🔄", repeat: "🔁", rewind: "⏪", leftwards_arrow_with_hook: "↩️", mag: "🔍", bulb: "💡",
  question: "❓", grey_question: "❔", information_source: "ℹ️", no_entry: "⛔", lock: "🔒", key: "🔑", skull: "💀",
  boom: "💥", wave: "👋", tada: "🎉", "+1": "👍", thumbsup: "👍", "-1": "👎", ok: "🆗", bell: "🔔", memo: "📝",
  clock1: "🕐", stopwatch: "⏱️", link: "🔗", gear: "⚙️", wrench: "🔧", package: "📦", broken_heart: "💔", zap: "⚡",
};

export const emoji = (name) => EMOJI[name] || null;
