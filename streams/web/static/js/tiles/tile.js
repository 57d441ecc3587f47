// What all tiles are: a titled section in its place of the grid, drawn when a KPI of its own changed.

import { el, setText, setVar } from "../dom.js";
import { mark, unmark } from "../frames.js";

let numbered = 0;
/** What tiles are called that are not of one KPI alone. */
const TITLES = { funnel: "Pipeline", distribution: "Responses", ticker: "Alerts" };

export class Tile {
  /** `context`: board, team, records, directory, rotation. */
  constructor(definition, context) {
    Object.assign(this, context);
    this.definition = definition;
    this.sources = definition.sources;
    this.redraw = () => this.draw();
    const id = `tile-${(numbered += 1)}`;
    this.title = el("h2", { class: "tile-title", id });
    this.window = el("span", { class: "tile-window" });
    this.head = el("div", { class: "tile-head" }, this.title, this.window);
    this.body = el("div", { class: "tile-body" });
    this.element = el("section", { class: `tile ${definition.type}`, "aria-labelledby": id }, this.head, this.body);
    const { column, row, width, height } = definition.place;
    for (const [name, value] of Object.entries({ column, row, width, height })) setVar(this.element, `--${name}`, value);
    setText(this.title, definition.title ?? TITLES[definition.type] ?? (this.kpi() ?? this.kpi("count"))?.label ?? "");
  }

  /** Say, where a token sees its own teams only, that a list of all is of these. */
  get onlyWords() {
    const { only } = this.board;
    if (!only) return "";
    return only.length === 1 ? `only ${only[0]}` : "only this token’s teams";
  }

  /** The KPI of a source, as the catalog has it. */
  kpi(role = "value") {
    return this.board.kpis[this.sources[role]?.kpi];
  }

  uses(kpi) {
    return Object.values(this.sources).some((source) => source.kpi === kpi);
  }

  usesAlerts() {
    return false;
  }

  mark() {
    mark(this.redraw);
  }

  close() {
    unmark(this.redraw);
  }

  draw() {}
}
