// How long it took, against limits: which shares came within them, and where the percentiles lie.

import * as format from "../format.js";
import { children, el, setAttribute, setText, setVar } from "../dom.js";
import { windowWords } from "../window-words.js";
import { Space } from "./space.js";
import { Tile } from "./tile.js";

/** Of the lines that fit into the tile: what the colours are. */
const LEGEND_LINES = 1;

export class DistributionTile extends Tile {
  constructor(definition, context) {
    super(definition, context);
    this.legend = el("p", { class: "shares-legend" });
    this.list = el("ul", { class: "shares" });
    this.more = el("p", { class: "more" });
    this.empty = el("p", { class: "quiet" }, "Nothing yet.");
    this.body.append(this.list, this.more, this.legend, this.empty);
    this.space = new Space(this.body, () => this.mark());
    const words = [windowWords(this.sources["within.0"].window, null), definition.by ? this.onlyWords : ""];
    setText(this.window, words.filter(Boolean).join(" · "));
    this.drawLegend();
  }

  close() {
    super.close();
    this.space.close();
  }

  drawLegend() {
    const limits = this.definition.limits_s.map(format.about);
    const words = [`within ${limits[0]}`, ...(limits[1] ? [`within ${limits[1]}`] : []), "later"];
    const percentiles = this.definition.percentiles.map((kpi) => this.board.kpis[kpi].label);
    this.legend.append(...words.map((word, at) => el("span", { class: "share-key", "data-part": at === words.length - 1 ? 2 : at }, word)),
      el("span", { class: "shares-percentiles" }, percentiles.join(" · ")));
  }

  draw() {
    const all = this.rows();
    const fits = this.space.lines - LEGEND_LINES;
    const rows = all.length > fits ? all.slice(0, Math.max(1, fits - 1)) : all;
    const lines = children(this.list, rows.length, () => makeRow(this.definition.limits_s.length + 1));
    rows.forEach((row, at) => this.drawRow(lines[at], row));
    setText(this.more, all.length > rows.length ? `and ${format.count(all.length - rows.length)} more` : "");
    this.more.hidden = all.length === rows.length;
    setVar(this.list, "--time-chars", Math.max(...lines.map((line) => line.children[2].textContent.length), 0));
    setVar(this.list, "--rows", Math.max(2, rows.length));
    const none = all.every(({ n }) => n === 0);
    this.list.hidden = this.legend.hidden = none;
    this.empty.hidden = !none;
  }

  /** The whole first, then a line for each of `by`, the quickest first. */
  rows() {
    const hidden = this.sources["within.0"].hidden;
    const whole = hidden ? [] : [this.row("all", (role) => this.records.one(this.sources[role], this.team))];
    const { by } = this.definition;
    if (!by) return whole;
    const each = new Map();
    for (const role of this.roles()) {
      for (const record of this.records.of(this.sources[`${role}.each`])) {
        const name = record.dims[by];
        if (name === null) continue;
        if (!each.has(name)) each.set(name, new Map());
        each.get(name).set(role, record);
      }
    }
    const rows = [...each].map(([name, records]) => this.row(name, (role) => records.get(role)));
    return [...whole, ...rows.filter(({ n }) => n > 0).sort((a, b) => (b.within[0] ?? -1) - (a.within[0] ?? -1))];
  }

  roles() {
    return [...this.definition.within.map((_, at) => `within.${at}`), ...this.definition.percentiles.map((_, at) => `percentiles.${at}`)];
  }

  row(name, recordOf) {
    const within = this.definition.within.map((_, at) => recordOf(`within.${at}`)?.value ?? null);
    const percentiles = this.definition.percentiles.map((_, at) => recordOf(`percentiles.${at}`)?.value ?? null);
    return { name, within, percentiles, n: recordOf("within.0")?.n ?? 0 };
  }

  drawRow(line, { name, within, percentiles, n }) {
    const [what, bar, times] = line.children;
    setText(what.children[0], name);
    setAttribute(what.children[0], "title", name);
    setText(what.children[1], format.count(n));
    const there = within[0] !== null;
    const steps = [0, ...within.map((share) => share ?? 0), 1];
    steps.slice(1).forEach((to, at) => {
      const part = bar.children[at];
      const share = there ? Math.max(0, to - steps[at]) : 0;
      setVar(part, "--share", share);
      part.hidden = share === 0;
      setAttribute(part, "data-part", at === steps.length - 2 ? 2 : at);
      setAttribute(part, "data-value", there ? to : null);
      setText(part.firstElementChild, format.percent(share, 0));
    });
    const known = percentiles.map((value, at) => [this.board.kpis[this.definition.percentiles[at]], value]);
    setText(times, known.filter(([, value]) => value !== null).map(([, value]) => format.duration(value)).join(" · "));
    setAttribute(times, "title", known.map(([kpi]) => kpi.label).join(" · "));
    const said = within.map((share, at) => `${share === null ? "none" : format.percent(share)} within ${format.about(this.definition.limits_s[at])}`);
    setText(line.lastElementChild, `: ${said.join(", ")}`);
  }
}

function makeRow(parts) {
  const bar = el("div", { class: "share-bar", "aria-hidden": "true" });
  for (let at = 0; at < parts; at += 1) bar.append(el("span", { class: "share-part" }, el("span")));
  return el("li", { class: "share-row" },
    el("span", { class: "share-what" }, el("span", { class: "share-name" }), el("span", { class: "share-n" })),
    bar, el("span", { class: "share-times" }), el("span", { class: "unseen" }));
}
