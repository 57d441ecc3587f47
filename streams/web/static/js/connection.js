// One board's line to the server: connects, tells what comes, and when it breaks says so and tries again.

import { ApiError, get, refusal } from "./api.js";
import { waitMs } from "./backoff.js";
import { events } from "./event-stream.js";
import * as token from "./token.js";

/** A connection that held for so long was a good one: the next trouble begins with short waits again. */
const GOOD_AFTER_MS = 10_000;

export class Connection {
  /** `told`: document(board), snapshot(data), change(event, data), status(data), lost(reason, waitMs). */
  constructor(boardId, told) {
    this.boardId = boardId;
    this.told = told;
    this.closing = new AbortController();
    this.lastEventId = null;
    this.documentText = null;
  }

  close() {
    this.closing.abort();
  }

  async run() {
    let tries = 0;
    while (!this.closing.signal.aborted) {
      const beganMs = performance.now();
      let reason;
      let atLeastMs = 0;
      try {
        await this.follow();
        reason = "the server ended the connection";
      } catch (error) {
        if (this.closing.signal.aborted) return;
        const refused = refusal(error);
        if (refused !== null) {
          this.told.lost("a token is needed", null);
          await token.ask(refused);
          continue;
        }
        reason = error instanceof ApiError ? error.message : "no answer";
        atLeastMs = error.retryAfterMs ?? 0;
      }
      if (this.closing.signal.aborted) return;
      if (performance.now() - beganMs > GOOD_AFTER_MS) tries = 0;
      const wait = Math.max(atLeastMs, waitMs(tries, Math.random()));
      tries += 1;
      this.told.lost(reason, wait);
      await sleep(wait, this.closing.signal);
    }
  }

  async follow() {
    await this.readDocument();
    const path = `/events/stream?board=${encodeURIComponent(this.boardId)}&alerts=true`;
    for await (const { event, data, id } of events(path, this.lastEventId, this.closing.signal)) {
      if (this.closing.signal.aborted) return;
      const said = JSON.parse(data);
      if (event === "snapshot") {
        // A snapshot in the middle is a reset: periods may have moved on, and ends with them.
        if (this.heard) await this.readDocument();
        this.heard = true;
        this.told.snapshot(said);
      } else if (event === "status") this.told.status(said);
      else if (event === "bye") return;
      else this.told.change(event, said);
      if (id !== null) this.lastEventId = id;
    }
  }

  async readDocument() {
    const board = await get(`/boards/${encodeURIComponent(this.boardId)}`);
    // Closed meanwhile: what comes late would be taken for the board that is shown now.
    this.closing.signal.throwIfAborted();
    const text = JSON.stringify(board);
    if (text === this.documentText) return;
    this.documentText = text;
    // Another board under the same name shows other records: it needs all of them, not only what changed.
    this.lastEventId = null;
    this.told.document(board);
  }
}

function sleep(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
