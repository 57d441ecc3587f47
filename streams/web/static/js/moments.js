// Moments for everybody: a target or a milestone was reached just now, on a board that is open.

import { announce } from "./announce.js";
import { el } from "./dom.js";
import * as format from "./format.js";
import { keyOf } from "./keys.js";
import { windowWords } from "./window-words.js";

const SHOWN_MS = 8_000;
const WAITING_MAX = 5;
/** What was celebrated is not celebrated again when a correction takes it back and it is reached once more. */
const REMEMBERED_MAX = 500;

export class Moments {
  constructor(element) {
    this.element = element;
    this.waiting = [];
    this.past = new Set();
    this.showing = false;
  }

  /** Look at changed records of a board: did one pass its target or a milestone of a leaderboard that it is on? */
  ofRecords(board, changes, takesPart) {
    for (const { record, before } of changes) {
      if (!record || !before || record.value === null || before.value === null) continue;
      for (const tile of board.tiles) {
        if (takesPart(tile, record.dims[tile.by])) this.ofTile(tile, board, record, before);
      }
    }
  }

  ofTile(tile, board, record, before) {
    if (!["leaderboard", "contest"].includes(tile.type)) return;
    const { kpi, window, period } = tile.sources.value;
    const name = record.dims[tile.by];
    if (record.kpi !== kpi || record.window !== window || !name || Object.keys(record.dims).length !== 1) return;
    // A correction of last month is no news of this one.
    if (record.period !== (period ?? board.periods[window] ?? null)) return;
    const goals = [record.target, tile.goal, ...(tile.milestones ?? [])].filter((goal) => typeof goal === "number" && goal > 0);
    const meta = board.kpis[kpi];
    const reached = (value, goal) => (meta.direction === "down" ? value <= goal : value >= goal);
    // The window "today" has no period: its day begins anew under the same key.
    const day = window === "today" ? record.start : "";
    const begins = window === "today" && before.start !== record.start;
    if (begins && meta.direction === "down") return;
    for (const goal of goals) {
      if (!reached(record.value, goal) || (!begins && reached(before.value, goal))) continue;
      const what = goal === record.target ? "reached the target" : "reached";
      this.add(`${keyOf(record)} ${day} ${goal}`, name, `${what}: ${format.value(goal, meta, board.currency)} ${meta.label.toLowerCase()}, ${windowWords(window, period)}`);
    }
  }

  /** Look at changed alerts: is one a milestone that was reached? */
  ofAlerts(changes) {
    for (const { alert, before } of changes) {
      if (alert?.reason !== "milestone_reached" || alert.state !== "firing" || before?.state === "firing") continue;
      const who = Object.values(alert.dims).filter(Boolean).join(", ");
      this.add(`${alert.id} ${alert.starts_at}`, who, alert.summary);
    }
  }

  add(id, who, what) {
    if (this.past.has(id)) return;
    this.past.add(id);
    if (this.past.size > REMEMBERED_MAX) this.past.delete(this.past.values().next().value);
    this.waiting.push({ who, what });
    if (this.waiting.length > WAITING_MAX) this.waiting.shift();
    announce(`${who} ${what}`);
    if (!this.showing) this.show();
  }

  show() {
    const moment = this.waiting.shift();
    this.showing = moment !== undefined;
    this.element.hidden = !this.showing;
    if (!this.showing) {
      this.element.replaceChildren();
      return;
    }
    this.element.replaceChildren(
      el("span", { class: "moment-star" }, "★"),
      el("span", { class: "moment-who" }, moment.who),
      el("span", { class: "moment-what" }, moment.what),
    );
    setTimeout(() => this.show(), SHOWN_MS);
  }
}
