// A board's events over fetch, which can send a token as EventSource can't.

import { stream } from "./api.js";
import { SseParser } from "./sse-parser.js";

/** Nothing heard for so long is a lost connection: heartbeats come every 2 s, and 5 s is the promise. */
const SILENCE_MS = 4_500;
const LOOK_EVERY_MS = 200;

class SilenceError extends Error {}

/** Yield events ({event, data, id}) until the connection ends; throws when it breaks or falls silent. */
export async function* events(path, lastEventId, signal) {
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener("abort", end);
  let heardMs = performance.now();
  let silent = false;
  const watch = setInterval(() => {
    if (performance.now() - heardMs < SILENCE_MS) return;
    silent = true;
    ending.abort();
  }, LOOK_EVERY_MS);
  try {
    const response = await stream(path, ending.signal, lastEventId);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new SseParser();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      heardMs = performance.now();
      yield* parser.push(value);
    }
  } catch (error) {
    throw silent ? new SilenceError("nothing heard") : error;
  } finally {
    clearInterval(watch);
    signal.removeEventListener("abort", end);
    ending.abort();
  }
}
