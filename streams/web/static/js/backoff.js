// How long to wait before the next try: ever longer, and not all screens at once.

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** Return the wait before try number `tries` (0 is the first); `random` is in 0–1. */
export function waitMs(tries, random) {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** tries);
  return Math.round(most / 2 + (most / 2) * random);
}
