// What is open, a line for each group, the oldest first: how many, and how old the oldest is against the limits.

import * as format from "../format.js";
import { children, el, setAttribute, setText, setVar } from "../dom.js";
import { logShare } from "../scale.js";
import { Space } from "./space.js";
import { Tile } from "./tile.js";

export class AgingTile extends Tile {
  constructor(definition, context) {
    super(definition, context);
    this.list = el("ul", { class: "ages" });
    this.empty = el("p", { class: "quiet" }, "Nothing is waiting.");
    this.more = el("p", { class: "more" });
    this.body.append(this.list, this.more, this.empty);
    const limits = `limits ${definition.limits_s.map(format.about).join(" and ")}`;
    setText(this.window, [limits, definition.team || this.team ? "" : this.onlyWords].filter(Boolean).join(" · "));
    definition.limits_s.forEach((limit, at) => setVar(this.list, `--limit-${at}`, logShare(limit)));
    this.space = new Space(this.body, () => this.mark());
  }

  close() {
    super.close();
    this.space.close();
  }

  draw() {
    const all = this.rows();
    const fits = Math.min(this.definition.top, this.space.lines);
    const rows = all.slice(0, all.length > fits && fits < this.definition.top ? Math.max(1, fits - 1) : fits);
    setText(this.more, all.length > rows.length ? `and ${format.count(all.length - rows.length)} more` : "");
    this.more.hidden = all.length === rows.length;
    const lines = children(this.list, rows.length, makeLine);
    rows.forEach((row, at) => this.drawLine(lines[at], row));
    setVar(this.list, "--rows", Math.max(3, rows.length + (this.more.hidden ? 0 : 0.6)));
    setVar(this.list, "--time-chars", Math.max(...lines.map((line) => line.children[3].textContent.length), 0));
    setVar(this.list, "--digits", Math.max(...rows.map(({ open }) => format.count(open).length), 0));
    this.list.hidden = rows.length === 0;
    this.empty.hidden = rows.length > 0;
  }

  rows() {
    const { by } = this.definition;
    const ofTeam = this.definition.team ?? (by === "rep" ? this.team : null);
    const oldest = new Map(this.records.of(this.sources.oldest).map((record) => [record.dims[by], record.value]));
    return this.records
      .of(this.sources.count)
      .map((record) => ({ name: record.dims[by], open: record.value, age: oldest.get(record.dims[by]) ?? null }))
      .filter(({ name, open }) => open > 0 && name !== null)
      .filter(({ name }) => ofTeam === null || this.directory.teamOf(name) === ofTeam)
      .sort((a, b) => (b.age ?? 0) - (a.age ?? 0) || b.open - a.open);
  }

  drawLine(line, { name, open, age }) {
    const [what, count, bar, oldest] = line.children;
    const [late, tooLate] = this.definition.limits_s;
    const how = age === null || age < late ? "fine" : age < tooLate ? "late" : "too-late";
    setAttribute(line, "data-age", how);
    setText(what, name);
    setAttribute(what, "title", name);
    setText(count, format.count(open));
    setAttribute(count, "data-value", open);
    setVar(bar, "--share", age === null ? 0 : logShare(age));
    setText(oldest, `${{ fine: "", late: "▲ ", "too-late": "◆ " }[how]}${age === null ? "–" : format.duration(age)}`);
    setAttribute(oldest, "data-value", age);
  }
}

function makeLine() {
  return el("li", { class: "age" },
    el("span", { class: "age-name" }), el("span", { class: "age-count" }),
    el("span", { class: "age-bar", "aria-hidden": "true" }, el("span", { class: "age-fill" })),
    el("span", { class: "age-oldest" }));
}
