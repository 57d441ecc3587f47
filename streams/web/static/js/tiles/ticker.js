// The alerts that are open now, the worst first; when not all fit, page by page.

import * as format from "../format.js";
import { nowMs } from "../clock.js";
import { children, el, isCut, setAttribute, setText, setVar } from "../dom.js";
import { Space } from "./space.js";
import { Tile } from "./tile.js";

const PAGE_MS = 8_000;
/** Also where a tile may be as high as it likes: on a phone. */
const LINES_MAX = 6;
/** Narrower than this a sentence and its time don't stand side by side… */
const NARROW_REM = 30;
/** …where there is the height for one above the other. */
const STACKED_LINES = 6;
const WORST_FIRST = ["critical", "warning", "info"];
const SIGNS = { critical: "◆", warning: "▲", info: "●" };

export class TickerTile extends Tile {
  constructor(definition, context) {
    super(definition, context);
    this.list = el("ul", { class: "alerts" });
    this.quiet = el("p", { class: "quiet" }, this.onlyWords ? "No alerts that this token may see." : "No alerts.");
    this.body.append(this.list, this.quiet);
    this.from = 0;
    this.shown = 0;
    this.space = new Space(this.body, () => this.mark());
    this.turning = setInterval(() => {
      if (this.rotation.still) return;
      this.from += this.shown;
      this.mark();
    }, PAGE_MS);
  }

  usesAlerts() {
    return true;
  }

  close() {
    super.close();
    this.space.close();
    clearInterval(this.turning);
  }

  alerts() {
    const wanted = this.definition.severities;
    return [...this.records.alerts.values()]
      .filter((alert) => ["firing", "no_data"].includes(alert.state) && alert.reason !== "milestone_reached")
      .filter((alert) => wanted.includes(alert.severity) && this.isOurs(alert))
      .sort((a, b) => WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity) || (a.starts_at < b.starts_at ? 1 : -1));
  }

  isOurs(alert) {
    if (this.team === null) return true;
    return (alert.dims.team ?? this.directory.teamOf(alert.dims.rep)) === this.team;
  }

  draw() {
    const alerts = this.alerts();
    const lines = Math.min(this.space.lines, LINES_MAX);
    if (this.from >= alerts.length) this.from = 0;
    setAttribute(this.list, "data-tall", null);
    this.drawLines(alerts.slice(this.from, this.from + lines));
    // A sentence ends with how much it is: rather half as many, of two lines, than all of them cut there.
    if (lines > 1 && this.isCut()) {
      const stacked = this.space.widthRem < NARROW_REM && this.space.lines >= STACKED_LINES;
      setAttribute(this.list, "data-tall", stacked ? "stacked" : true);
      const fits = stacked ? Math.floor(this.space.lines / STACKED_LINES) : Math.floor(lines / 2);
      this.drawLines(alerts.slice(this.from, this.from + fits));
    }
    this.quiet.hidden = alerts.length > 0;
    setText(this.window, this.shownWords(alerts.length, this.from, this.shown));
    setAttribute(this.element, "data-worst", alerts[0]?.severity ?? null);
  }

  drawLines(alerts) {
    this.shown = alerts.length;
    children(this.list, alerts.length, makeLine).forEach((line, at) => this.drawLine(line, alerts[at]));
  }

  isCut() {
    return [...this.list.children].some((line) => isCut(line.children[1]));
  }

  /** Say which of how many are shown. */
  shownWords(all, before, shown) {
    if (all === shown) return all === 0 ? "" : format.count(all);
    const first = format.count(before + 1);
    return `${shown > 1 ? `${first}–${format.count(before + shown)}` : first} of ${format.count(all)}`;
  }

  drawLine(line, alert) {
    const [sign, text, since] = line.children;
    setAttribute(line, "data-severity", alert.severity);
    setText(sign, SIGNS[alert.severity] ?? "●");
    setAttribute(sign, "aria-label", alert.severity);
    setText(text, alert.summary || alert.rule);
    setText(since, `since ${format.moment(Date.parse(alert.starts_at), nowMs(), this.board.timezone)}`);
  }
}

function makeLine() {
  return el("li", { class: "alert" },
    el("span", { class: "alert-sign", role: "img" }), el("span", { class: "alert-text" }), el("span", { class: "alert-since" }));
}
