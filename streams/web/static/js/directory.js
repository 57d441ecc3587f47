// Who is in which team, read again now and then.

import { get } from "./api.js";

const AGAIN_MS = 60_000;
const PAGE = 500;

export class Directory {
  /** `changed` is called when somebody is in another team than before. */
  constructor(changed) {
    this.changed = changed;
    this.reps = new Map();
    this.said = "";
    setInterval(() => this.read(), AGAIN_MS);
  }

  async read() {
    try {
      const found = new Map();
      let cursor = null;
      do {
        const { items, next } = await get(`/directory?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
        for (const { rep, team, active } of items) found.set(rep, { team, active });
        cursor = next;
      } while (cursor);
      const said = JSON.stringify([...found]);
      if (said === this.said) return;
      this.said = said;
      this.reps = found;
      this.changed();
    } catch {
      // What is known stays: that the server does not answer, the connection says.
    }
  }

  teamOf(rep) {
    return this.reps.get(rep)?.team ?? null;
  }

  /** Return every team that somebody sells in now. */
  get teams() {
    return [...new Set([...this.reps.values()].filter(({ active }) => active).map(({ team }) => team))].sort();
  }
}
