// What a screen reader is told: what matters, and never more often than one can listen to.

import { setText } from "./dom.js";

const EVERY_MS = 8_000;
const WAITING_MAX = 3;

const waiting = [];
let lastMs = -Infinity;
let timer = null;

/** Have something read out when the reader is done with what was said before; the newest goes first. */
export function announce(text) {
  if (waiting.includes(text)) return;
  waiting.push(text);
  if (waiting.length > WAITING_MAX) waiting.shift();
  timer ??= setTimeout(say, Math.max(0, lastMs + EVERY_MS - performance.now()));
}

function say() {
  timer = null;
  lastMs = performance.now();
  setText(document.getElementById("said"), waiting.splice(0).join(". "));
}
