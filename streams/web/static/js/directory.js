// Who is in which team, read again now and then.

import { get } from "./api.js";
import { waitMs } from "./backoff.js";

const AGAIN_MS = 60_000;
const PAGE = 500;

export class Directory {
  /** `changed` is called when somebody is in another team than before. */
  constructor(changed) {
    this.changed = changed;
    this.reps = new Map();
    this.said = "";
    this.failures = 0;
    this.timer = null;
  }

  /** Read it, and again later: soon where the server does not answer, since boards of teams wait for it. */
  async read() {
    clearTimeout(this.timer);
    try {
      const found = new Map();
      let cursor = null;
      do {
        const { items, next } = await get(`/directory?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
        for (const { rep, team, active } of items) found.set(rep, { team, active });
        cursor = next;
      } while (cursor);
      this.failures = 0;
      this.take(found);
    } catch {
      // What is known stays: that the server does not answer, the connection says.
      this.failures += 1;
    }
    const nextMs = this.failures === 0 ? AGAIN_MS : waitMs(this.failures, Math.random());
    this.timer = setTimeout(() => this.read(), nextMs);
  }

  take(found) {
    const said = JSON.stringify([...found]);
    if (said === this.said) return;
    this.said = said;
    this.reps = found;
    this.changed();
  }

  teamOf(rep) {
    return this.reps.get(rep)?.team ?? null;
  }

  /** Return every team that somebody sells in now. */
  get teams() {
    return [...new Set([...this.reps.values()].filter(({ active }) => active).map(({ team }) => team))].sort();
  }
}
