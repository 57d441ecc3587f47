// A value against the one before, in a sign and words; colour only says the same again.

import { el, setAttribute, setText } from "../dom.js";
import * as format from "../format.js";
import { beforeWords } from "../window-words.js";

export class Trend {
  constructor() {
    this.sign = el("span", { class: "trend-sign", "aria-hidden": "true" });
    this.words = el("span");
    this.element = el("p", { class: "trend" }, this.sign, this.words);
  }

  draw({ record, kpi, compare, window, fixed, open, currency }) {
    const before = compare === "none" ? undefined : record?.[compare];
    const there = typeof before === "number" && typeof record?.value === "number";
    this.element.hidden = !there;
    if (!there) return;
    const words = compare === "baseline" ? "usual at this time" : beforeWords(window, fixed);
    // What adds up over a period that goes on is not less than before: it is not all there yet.
    const growing = compare === "previous" && kpi.additive && open && record.value < before;
    const change = record.value - before;
    const how = change === 0 || growing ? "" : change > 0 === (kpi.direction === "up") ? "good" : "bad";
    setAttribute(this.element, "data-how", how);
    if (growing) {
      setText(this.sign, "");
      setText(this.words, `${format.percent(record.value / before, 0)} of ${words}`);
      return;
    }
    setText(this.sign, change === 0 ? "=" : change > 0 ? "▲" : "▼");
    const size = kpi.format === "percent"
      ? `${format.plain(Math.round(Math.abs(change) * (kpi.scale ?? 1) * 1000) / 10)} points`
      : before === 0 ? format.value(change, kpi, currency) : format.percent(Math.abs(change / before), 0);
    setText(this.words, change === 0 ? `as ${words}` : `${size} ${change > 0 ? "over" : "under"} ${words}`);
  }
}
