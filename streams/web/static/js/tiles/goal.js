// A bar towards a target, with a mark where it should be by now.

import { el, setAttribute, setText, setVar } from "../dom.js";
import * as format from "../format.js";

/** The bar goes on behind the target, so that who is ahead is seen to be. */
const BEYOND = 1.25;

export class Goal {
  constructor() {
    this.fill = el("span", { class: "goal-fill" });
    this.pace = el("span", { class: "goal-pace" });
    this.end = el("span", { class: "goal-end" });
    this.bar = el("div", { class: "goal-bar", "aria-hidden": "true" }, this.fill, this.end, this.pace);
    this.ofTarget = el("span", { class: "goal-of" });
    this.ofPace = el("span", { class: "goal-said" });
    this.words = el("p", { class: "goal-words" }, this.ofTarget, this.ofPace);
    this.element = el("div", { class: "goal" }, this.bar, this.words);
  }

  /** Return how it goes: good, bad, or nothing without a target. */
  draw({ value, target, expected, kpi, currency }) {
    // Where nothing was measured, nothing is behind; only what adds up begins with nothing.
    const there = typeof target === "number" && target > 0 && (typeof value === "number" || kpi.additive);
    this.element.hidden = !there;
    if (!there) return "";
    const share = (value ?? 0) / target;
    const most = Math.max(1, Math.min(BEYOND, share));
    setVar(this.element, "--share", Math.min(1, Math.max(0, share / most)));
    setVar(this.element, "--end", 1 / most);
    const paced = typeof expected === "number";
    this.pace.hidden = !paced;
    if (paced) setVar(this.element, "--pace", Math.min(1, expected / target / most));
    const due = paced ? expected : target;
    const fine = kpi.direction === "down" ? (value ?? 0) <= due : (value ?? 0) >= due;
    const how = fine ? "good" : "bad";
    setAttribute(this.element, "data-how", how);
    setText(this.ofTarget, `${format.percent(share, 0)} of ${format.short(target, kpi, currency)}`);
    setText(this.ofPace, paced ? paceWords(value ?? 0, expected, target, kpi.direction) : fine ? "on target" : "off target");
    return how;
  }
}

/** Of what should be little a target is a limit: who is behind has done well, and who is there has not reached anything. */
function paceWords(value, expected, target, direction) {
  if (direction === "down" && value > target) return "over target";
  if (direction !== "down" && value >= target) return "target reached";
  if (expected <= 0) return "just begun";
  const off = value / expected - 1;
  if (Math.abs(off) < 0.005) return "on pace";
  const [more, less] = direction === "down" ? ["over", "under"] : ["ahead of", "behind"];
  return off > 0 ? `${format.percent(off, 0)} ${more} pace` : `${format.percent(-off, 0)} ${less} pace`;
}
