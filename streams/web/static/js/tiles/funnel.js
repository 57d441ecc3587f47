// The stages of a pipeline: how many came into each, which share went on, what is open there now.

import * as format from "../format.js";
import { children, el, setAttribute, setText, setVar } from "../dom.js";
import { windowWords } from "../window-words.js";
import { Tile } from "./tile.js";

export class FunnelTile extends Tile {
  constructor(definition, context) {
    super(definition, context);
    this.list = el("ol", { class: "stages" });
    this.empty = el("p", { class: "quiet" }, "Nothing yet.");
    this.body.append(this.list, this.empty);
    setText(this.window, windowWords(this.sources.conversion.window, null));
  }

  draw() {
    const stages = this.stages();
    const most = Math.max(...stages.map(({ came }) => came ?? 0), 1);
    const lines = children(this.list, stages.length, makeStage);
    stages.forEach((stage, at) => this.drawStage(lines[at], stage, most, stages[at + 1]));
    setVar(this.list, "--rows", stages.length);
    const none = stages.every(({ came, open }) => came === null && open === null);
    this.list.hidden = none;
    this.empty.hidden = !none;
  }

  /** Of each stage: deals that first came into it, the share that went on to the next, and what is open. */
  stages() {
    const pairs = new Map();
    for (const record of this.records.of(this.sources.conversion, this.team)) {
      pairs.set(`${record.dims.from_stage} ${record.dims.to_stage}`, record);
    }
    const open = this.byStage("deals");
    const amount = this.byStage("amount");
    const names = this.definition.stages;
    return names.map((name, at) => {
      const on = pairs.get(`${name} ${names[at + 1]}`);
      const into = pairs.get(`${names[at - 1]} ${name}`);
      // Nothing follows on the last stage, so that it has no pair of its own: who reached it from the one before.
      const came = on?.n ?? (into === undefined ? null : Math.round((into.value ?? 0) * into.n));
      return { name, came, share: on?.value ?? null, open: open.get(name) ?? null, amount: amount.get(name) ?? null };
    });
  }

  byStage(role) {
    if (!(role in this.sources)) return new Map();
    return new Map(this.records.of(this.sources[role], this.team).map((record) => [record.dims.stage, record.value]));
  }

  drawStage(line, { name, came, share, open, amount }, most, after) {
    const [stage, count, bar, on] = line.children;
    const [title, openWords] = stage.children;
    setText(title, name);
    const parts = [];
    if (open !== null) parts.push(`${format.count(open)} open`);
    if (amount !== null) parts.push(format.short(amount, this.board.kpis[this.sources.amount.kpi], this.board.currency));
    setText(openWords, parts.join(" · "));
    setText(count, came === null ? "–" : format.count(came));
    setAttribute(count, "data-value", came);
    setVar(line, "--share", (came ?? 0) / most);
    setVar(line, "--after", (after?.came ?? 0) / most);
    on.hidden = after === undefined;
    setText(on.firstElementChild, share === null ? "–" : `▼ ${format.percent(share, 0)} go on`);
    setAttribute(on, "data-value", share);
  }
}

function makeStage() {
  return el("li", { class: "stage" },
    el("div", { class: "stage-what" }, el("span", { class: "stage-name" }), el("span", { class: "stage-open" })),
    el("span", { class: "stage-came" }),
    el("div", { class: "stage-bar", "aria-hidden": "true" }),
    el("div", { class: "stage-on" }, el("span")));
}
