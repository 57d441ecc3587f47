// How far the numbers can be believed, plainly: live, late, filling, without store, or the connection is lost.

import { announce } from "./announce.js";
import * as clock from "./clock.js";
import { setAttribute, setText } from "./dom.js";
import * as format from "./format.js";
import { Pulse } from "./pulse.js";

const SHORT = {
  connecting: "Connecting …", nowhere: "No board", live: "Live", stale: "▲ Late", filling: "▲ Filling", away: "◆ No store", lost: "◆ Connection lost",
};
const EVERY_MS = 500;

export class State {
  constructor() {
    this.state = "connecting";
    this.timezone = undefined;
    this.asOfMs = null;
    this.heardMs = null;
    this.chip = document.getElementById("state");
    this.notice = document.getElementById("notice");
    this.now = document.getElementById("now");
    this.pulse = new Pulse(document.getElementById("pulse"));
    setInterval(() => this.draw(), EVERY_MS);
  }

  /** Take a `status` event. */
  status({ state, as_of: asOf, now }) {
    clock.set(Date.parse(now));
    // A server without its store goes on beating, and has nothing new to tell.
    if (state !== "away") this.heardMs = clock.nowMs();
    this.asOfMs = asOf === null ? null : Date.parse(asOf);
    this.pulse.beat(true);
    this.become(state in SHORT ? state : "away");
  }

  /** The connection broke; the next try is in `waitMs`, or when there is a token. */
  lost(reason, waitMs) {
    this.reason = reason;
    this.retryAtMs = waitMs === null ? null : performance.now() + waitMs;
    this.pulse.flat();
    this.become("lost");
  }

  /** No board is shown, so nothing is heard. */
  nowhere() {
    this.pulse.flat();
    this.state = "nowhere";
    this.draw();
  }

  become(state) {
    const before = this.state;
    this.state = state;
    this.draw();
    if (before === state || (["connecting", "nowhere"].includes(before) && state === "live")) return;
    announce(state === "live" ? "The numbers are live again" : this.notice.textContent);
  }

  draw() {
    setAttribute(document.body, "data-state", this.state);
    setAttribute(this.chip, "data-state", this.state);
    setAttribute(this.notice, "data-state", this.state);
    const asOf = this.asOfMs === null ? "" : `as of ${format.timeOfDay(this.asOfMs, this.timezone, true)}`;
    setText(this.chip, this.state === "live" && asOf ? `Live · ${asOf}` : SHORT[this.state]);
    const words = this.words();
    setText(this.notice, words);
    this.notice.hidden = words === "";
    if (this.timezone === undefined) return;
    const nowMs = clock.nowMs();
    setText(this.now, `${format.day(nowMs, this.timezone)}  ${format.timeOfDay(nowMs, this.timezone)}`);
    setAttribute(this.now, "datetime", new Date(nowMs).toISOString().slice(0, 16));
  }

  words() {
    const heard = this.heardMs === null ? "" : format.moment(this.heardMs, clock.nowMs(), this.timezone, true);
    switch (this.state) {
      case "stale":
        return this.asOfMs === null
          ? "Numbers are late."
          : `Numbers are late: they are as of ${format.moment(this.asOfMs, clock.nowMs(), this.timezone, true)}, ${format.duration((clock.nowMs() - this.asOfMs) / 1000)} ago.`;
      case "filling":
        return "The server is still reading what happened: numbers may be incomplete.";
      case "away":
        return heard === ""
          ? "The server can't reach its store: there is nothing to see yet."
          : `The server can't reach its store: what you see is from ${heard} at the latest.`;
      case "lost":
        return heard === ""
          ? `No connection (${this.reason}). ${this.retryWords()}`
          : `Connection lost: what you see is from ${heard}. ${this.retryWords()}`;
      default:
        return "";
    }
  }

  retryWords() {
    if (this.retryAtMs === null) return "";
    const leftS = Math.ceil((this.retryAtMs - performance.now()) / 1000);
    return leftS > 0 ? `Trying again in ${format.count(leftS)} s …` : "Trying again …";
  }
}
