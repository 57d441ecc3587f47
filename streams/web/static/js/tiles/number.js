// One value, large: target and pace, trend, sparkline, and an alert that is about it.

import { nowMs } from "../clock.js";
import { drawn, el, setAttribute, setText, setVar } from "../dom.js";
import * as format from "../format.js";
import { Series, paths, reachMs } from "../series.js";
import { settledWords, windowWords } from "../window-words.js";
import { Goal } from "./goal.js";
import { Tile } from "./tile.js";
import { Trend } from "./trend.js";
import { dimsTextOf } from "../keys.js";

export class NumberTile extends Tile {
  constructor(definition, context) {
    super(definition, context);
    this.source = this.sources.value;
    this.value = el("p", { class: "value" });
    this.note = el("p", { class: "note" });
    this.trend = new Trend();
    this.goal = new Goal();
    this.line = drawn("path", { class: "spark-line" });
    this.area = drawn("path", { class: "spark-area" });
    this.spark = drawn("svg", { class: "spark", viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true" }, this.area, this.line);
    this.body.append(this.value, this.trend.element, this.note, this.spark, this.goal.element);
    this.series = new Series(reachMs(this.source.window));
    setAttribute(this.element, "title", this.kpi().description || null);
    setAttribute(this.element, "data-plain", !this.hasSpark);
  }

  /** A tile of one row has no space for one. */
  get hasSpark() {
    return this.definition.sparkline && this.definition.place.height > 1;
  }

  usesAlerts() {
    return true;
  }

  /** Read what went before; the way since then is drawn as it goes on. */
  opened() {
    if (this.hasSpark) this.readSeries();
  }

  async readSeries() {
    await this.series.load(this.records.keyOf(this.source, this.team));
    this.mark();
  }

  draw() {
    const { board, source } = this;
    const kpi = this.kpi();
    const record = this.records.one(source, this.team);
    const text = format.value(record?.value, kpi, board.currency);
    setText(this.value, text);
    setVar(this.value, "--length", Math.max(4, text.length));
    setAttribute(this.value, "data-value", record === undefined ? "" : String(record.value));
    setAttribute(this.value, "data-key", this.records.keyOf(source, this.team));
    const settled = settledWords(record, nowMs());
    setText(this.window, [windowWords(source.window, source.period), settled].filter(Boolean).join(" · "));
    setAttribute(this.element, "data-settled", settled.replace(" ", "-") || null);
    this.trend.draw({
      record, kpi, compare: this.definition.compare, window: source.window, fixed: source.period !== null,
      open: settled === "so far", currency: board.currency,
    });
    const how = this.goal.draw({
      value: record?.value, target: record?.target ?? this.definition.target, expected: record?.expected, kpi, currency: board.currency,
    });
    setText(this.note, this.noteOf(record, kpi));
    this.note.hidden = this.note.textContent === "";
    setAttribute(this.element, "data-how", how || null);
    setAttribute(this.element, "data-alert", this.alert(record)?.severity ?? null);
    this.drawSpark(record);
    const bare = [this.trend, this.goal].every(({ element }) => element.hidden) && !this.element.hasAttribute("data-spark");
    setAttribute(this.element, "data-bare", bare);
  }

  noteOf(record, kpi) {
    const alert = this.alert(record);
    if (alert !== undefined) return `${alert.severity === "critical" ? "◆" : "▲"} ${alert.limit || alert.severity}`;
    if (typeof record?.value !== "number") return "nothing yet";
    if (record.n < kpi.min_sample) return `of ${format.count(record.n)} only`;
    return "";
  }

  alert(record) {
    if (record === undefined) return undefined;
    const dims = dimsTextOf(record.dims);
    for (const alert of this.records.alerts.values()) {
      // At midnight yesterday's alerts are still there, until its hour for late events is over.
      if ((alert.period ?? null) !== record.period) continue;
      if (alert.state !== "firing" || alert.reason === "milestone_reached" || alert.entity) continue;
      if (alert.kpi === record.kpi && alert.window === record.window && dimsTextOf(alert.dims) === dims) return alert;
    }
    return undefined;
  }

  drawSpark(record) {
    if (!this.hasSpark) return;
    // Another period has a history of its own.
    const moved = this.series.key !== null && this.series.key !== this.records.keyOf(this.source, this.team);
    if (moved) this.readSeries();
    if (record !== undefined) this.series.add(Date.parse(record.as_of), record.value);
    const made = paths(this.series.points);
    setAttribute(this.element, "data-spark", made !== null);
    setAttribute(this.line, "d", made?.line ?? null);
    setAttribute(this.area, "d", made?.area ?? null);
  }
}
