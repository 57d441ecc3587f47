// Scales of times: a minute and a week on one line.

const SHORTEST_S = 60;
const LONGEST_S = 7 * 86_400;

/** Return where on a logarithmic line from a minute to a week a time lies, 0–1. */
export function logShare(seconds) {
  const inside = Math.min(Math.max(seconds, SHORTEST_S), LONGEST_S);
  return Math.log(inside / SHORTEST_S) / Math.log(LONGEST_S / SHORTEST_S);
}
