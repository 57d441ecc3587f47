// A contest: until when, who stands on the podium, who comes next.

import * as format from "../format.js";
import { nowMs } from "../clock.js";
import { children, el, isCut, setAttribute, setText, setVar } from "../dom.js";
import { settledWords } from "../window-words.js";
import { LeaderboardTile, drawGain } from "./leaderboard.js";

const PODIUM = 3;
const SECOND_MS = 1_000;

export class ContestTile extends LeaderboardTile {
  constructor(definition, context) {
    super(definition, context);
    this.prize = el("p", { class: "prize" });
    this.left = el("p", { class: "left", role: "timer" });
    this.leftWords = el("p", { class: "left-words" });
    this.podium = el("ol", { class: "podium" });
    this.about = el("div", { class: "contest-head" }, this.left, this.leftWords, this.prize);
    this.body.prepend(this.about, this.podium);
    setText(this.prize, definition.prize ? `★ ${definition.prize}` : "");
    this.prize.hidden = !definition.prize;
    this.ticking = setInterval(() => this.drawTime(), SECOND_MS);
  }

  close() {
    super.close();
    clearInterval(this.ticking);
  }

  get ofTeam() {
    return this.definition.team ?? null;
  }

  draw() {
    const rows = this.rows();
    const kpi = this.kpi();
    this.settled = settledWords(rows[0]?.record, nowMs());
    this.drawTime();
    this.drawPodium(rows.slice(0, PODIUM), kpi);
    const shown = rows.slice(PODIUM, Math.max(PODIUM, Math.min(this.definition.top, PODIUM + this.fits)));
    this.place(shown);
    const most = Math.max(...rows.map(({ record }) => record.value), 0);
    this.drawLines(shown, kpi, most);
    setVar(this.list, "--rows", Math.max(4, shown.length));
    const rest = rows.length - PODIUM - shown.length;
    setText(this.more, rest > 0 ? `and ${format.count(rest)} more` : "");
    this.more.hidden = rest <= 0;
    this.list.hidden = shown.length === 0;
    this.podium.hidden = rows.length === 0;
    this.empty.hidden = rows.length > 0;
    const words = [spanWords(this.definition, this.board.timezone), this.settled, this.ofTeam === null ? this.onlyWords : ""];
    setText(this.window, words.filter(Boolean).join(" · "));
  }

  /** How many lines there are below what the contest is about, beside the one that counts the rest. */
  get fits() {
    return this.space.lines - this.space.linesOf(this.about) - 1;
  }

  drawPodium(rows, kpi) {
    children(this.podium, rows.length, makeStep).forEach((step, at) => {
      const { name, record, place, gain } = rows[at];
      const [who, value, goal, block] = step.children;
      setAttribute(step, "data-place", at + 1);
      setText(who, name);
      setVar(who, "--word-chars", Math.max(...name.split(" ").map(({ length }) => length)));
      setText(value, format.value(record.value, kpi, this.board.currency));
      setAttribute(value, "data-value", String(record.value));
      setAttribute(value, "title", null);
      const towards = this.definition.goal ?? record.target;
      setText(goal, towards > 0 ? `${format.percent(record.value / towards, 0)} of ${format.short(towards, kpi, this.board.currency)}` : "");
      setText(block.firstElementChild, format.count(place));
      drawGain(block.lastElementChild, gain);
    });
    const steps = [...this.podium.children];
    if (steps.some(isCut)) this.shorten(steps.map((step, at) => [step.children[1], rows[at].record.value]), kpi);
  }

  drawTime() {
    const endsMs = Date.parse(this.definition.ends);
    const startsMs = Date.parse(this.definition.starts);
    const now = nowMs();
    const toStart = startsMs > now;
    const leftS = Math.max(0, Math.floor(((toStart ? startsMs : endsMs) - now) / 1000));
    setText(this.left, leftS > 0 ? countdown(leftS) : "It is over");
    const after = this.settled === "final" ? "" : "late events may still count for an hour";
    setText(this.leftWords, leftS === 0 ? after : toStart ? "until it begins" : `left, until ${format.day(endsMs - 1, this.board.timezone)}`);
  }
}

function countdown(seconds) {
  const days = Math.floor(seconds / 86_400);
  const two = (number) => String(number).padStart(2, "0");
  const clock = `${two(Math.floor(seconds / 3_600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${format.unit(days, "day")} ${clock}` : clock;
}

function spanWords({ starts, ends }, timeZone) {
  return `${format.day(Date.parse(starts), timeZone)} – ${format.day(Date.parse(ends) - 1, timeZone)}`;
}

function makeStep() {
  return el("li", { class: "step" },
    el("span", { class: "step-name" }), el("span", { class: "step-value" }), el("span", { class: "step-goal" }),
    el("span", { class: "step-block" }, el("span", { class: "step-place" }), el("span", { class: "step-gain" })));
}
