// Who is in front: place, places gained or lost today, a bar, the value.

import * as format from "../format.js";
import { nowMs } from "../clock.js";
import { el, isCut, setAttribute, setText, setVar } from "../dom.js";
import { gained } from "../places.js";
import { ranked } from "../ranking.js";
import { settledWords, windowWords } from "../window-words.js";
import { glide } from "./glide.js";
import { Space } from "./space.js";
import { Tile } from "./tile.js";

/** €17.1K for €17,079 gains nothing that a name could use. */
const WORTH_CHARS = 3;

export class LeaderboardTile extends Tile {
  constructor(definition, context) {
    super(definition, context);
    this.source = this.sources.value;
    this.list = el("ol", { class: "leaders" });
    this.more = el("p", { class: "more" });
    this.empty = el("p", { class: "quiet" }, "Nothing yet.");
    this.body.append(this.list, this.more, this.empty);
    this.lines = new Map();
    this.space = new Space(this.body, () => this.mark());
  }

  close() {
    super.close();
    this.space.close();
  }

  /** The team that reps are taken from; null is all. */
  get ofTeam() {
    return this.definition.team ?? (this.definition.by === "rep" ? this.team : null);
  }

  rows() {
    const { by } = this.definition;
    const records = this.records.of(this.source).filter((record) => this.takesPart(record.dims[by]));
    const rows = ranked(records, by, this.kpi().direction);
    const inTeam = by === "rep" && this.ofTeam !== null;
    const gains = inTeam ? null : gained(`${this.board.id} ${this.source.selector}`, format.isoDay(nowMs(), this.board.timezone), rows);
    for (const row of rows) row.gain = (inTeam ? row.record.rank_change : gains.get(row.name)) ?? 0;
    return rows;
  }

  takesPart(name) {
    return this.ofTeam === null || this.directory.teamOf(name) === this.ofTeam;
  }

  draw() {
    const kpi = this.kpi();
    const rows = this.rows();
    const fits = Math.min(this.definition.top, this.space.lines);
    const shown = rows.slice(0, rows.length > fits && fits < this.definition.top ? Math.max(1, fits - 1) : fits);
    const settled = settledWords(rows[0]?.record, nowMs());
    const words = [windowWords(this.source.window, this.source.period), settled, this.ofTeam === null ? this.onlyWords : ""];
    setText(this.window, words.filter(Boolean).join(" · "));
    setVar(this.list, "--rows", Math.max(4, shown.length + (rows.length > shown.length ? 0.6 : 0)));
    const most = Math.max(...shown.map(({ record }) => record.value), 0);
    glide(this.list, () => this.place(shown));
    this.drawLines(shown, kpi, most);
    setText(this.more, rows.length > shown.length ? `and ${format.count(rows.length - shown.length)} more` : "");
    this.more.hidden = rows.length <= shown.length;
    this.list.hidden = rows.length === 0;
    this.empty.hidden = rows.length > 0;
  }

  place(shown) {
    const names = new Set(shown.map(({ name }) => name));
    for (const [name, line] of this.lines) {
      if (names.has(name)) continue;
      line.element.remove();
      this.lines.delete(name);
    }
    shown.forEach(({ name }, at) => {
      if (!this.lines.has(name)) this.lines.set(name, makeLine());
      const { element } = this.lines.get(name);
      if (this.list.children[at] !== element) this.list.insertBefore(element, this.list.children[at] ?? null);
    });
  }

  /** Write amounts in full where names stay whole beside them, else shortly; and all in smaller letters if need be. */
  drawLines(shown, kpi, most) {
    setAttribute(this.list, "data-tight", null);
    for (const row of shown) this.drawLine(row, kpi, most);
    if (!this.cuts(shown)) return;
    this.shorten(shown.map(({ name, record }) => [this.lines.get(name).value, record.value]), kpi);
    setAttribute(this.list, "data-tight", this.cuts(shown));
  }

  /** Whether a name has no space. */
  cuts(shown) {
    return shown.some(({ name }) => isCut(this.lines.get(name).name));
  }

  /** Write amounts shortly, where that makes space worth the digits that are lost. */
  shorten(amounts, kpi) {
    const texts = amounts.map(([, amount]) => format.short(amount, kpi, this.board.currency));
    const longest = (all) => Math.max(...all.map(({ length }) => length));
    if (longest(amounts.map(([value]) => value.textContent)) - longest(texts) < WORTH_CHARS) return;
    amounts.forEach(([value], at) => {
      setAttribute(value, "title", value.textContent);
      setText(value, texts[at]);
    });
  }

  drawLine({ name, record, place, gain }, kpi, most) {
    const line = this.lines.get(name);
    setText(line.place, format.count(place));
    drawGain(line.gain, gain);
    setText(line.name, name);
    setAttribute(line.name, "title", name);
    const team = this.definition.by === "rep" && this.ofTeam === null ? this.directory.teamOf(name) : null;
    setText(line.team, team ?? "");
    setText(line.value, format.value(record.value, kpi, this.board.currency));
    setAttribute(line.value, "data-value", String(record.value));
    setAttribute(line.value, "title", null);
    const reached = reachedTarget(record, kpi);
    setText(line.reached, reached ? "★" : "");
    setAttribute(line.reached, "aria-label", reached ? "target reached" : null);
    setAttribute(line.reached, "role", reached ? "img" : null);
    setAttribute(line.element, "data-place", place);
    setVar(line.element, "--share", most > 0 ? Math.max(0, record.value) / most : 0);
  }
}

/** Write how many places somebody gained or lost, as a sign, and in words for who hears it. */
export function drawGain(element, gain) {
  setText(element, gain > 0 ? `▲${gain}` : gain < 0 ? `▼${-gain}` : "");
  setAttribute(element, "aria-label", gain > 0 ? `${gain} up` : gain < 0 ? `${-gain} down` : null);
  setAttribute(element, "role", gain === 0 ? null : "img");
  setAttribute(element, "data-how", gain > 0 ? "good" : gain < 0 ? "bad" : null);
}

/** What should be little has a target that it stays within; of what still adds up, nobody knows yet. */
function reachedTarget(record, kpi) {
  if (typeof record.target !== "number" || record.target <= 0) return false;
  if (kpi.direction !== "down") return record.attainment >= 1;
  return record.value <= record.target && !(kpi.additive && settledWords(record, nowMs()) === "so far");
}

function makeLine() {
  const [place, gain, name, team] = ["place", "gain", "name", "team"].map((what) => el("span", { class: `leader-${what}` }));
  const [value, reached] = ["value", "reached"].map((what) => el("span", { class: `leader-${what}` }));
  const who = el("span", { class: "leader-who" }, name, team);
  const element = el("li", { class: "leader" }, place, gain, who, reached, value);
  return { element, place, gain, name, team, value, reached };
}
