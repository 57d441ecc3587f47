// The text of an event stream, in pieces as they come, taken apart into events.

const LINE_END = /\r\n|\n|\r/;

/** What stays of an event that has no end is no more than this; a server that sends more is not ours. */
const PENDING_CHARS_MAX = 64_000_000;

export class SseParser {
  constructor() {
    this.pending = "";
    this.clear();
  }

  clear() {
    this.event = "message";
    this.data = [];
    this.id = null;
  }

  /** Take a piece of text; return the events that are complete with it. */
  push(text) {
    this.pending += text;
    if (this.pending.length > PENDING_CHARS_MAX) throw new Error("an event without an end");
    const events = [];
    for (;;) {
      const end = LINE_END.exec(this.pending);
      // A last \r may be half of a \r\n that is not all there yet.
      if (end === null || (end[0] === "\r" && end.index === this.pending.length - 1)) return events;
      const line = this.pending.slice(0, end.index);
      this.pending = this.pending.slice(end.index + end[0].length);
      if (line !== "") this.take(line);
      else if (this.data.length > 0) {
        events.push({ event: this.event, data: this.data.join("\n"), id: this.id });
        this.clear();
      } else this.clear();
    }
  }

  take(line) {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.event = value;
    else if (field === "data") this.data.push(value);
    else if (field === "id") this.id = value;
  }
}
