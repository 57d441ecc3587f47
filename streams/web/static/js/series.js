// Short histories for sparklines: the server's, and what came since.

import { get } from "./api.js";

/** What a sparkline can show; where there would be more, it becomes coarser and stays as long. */
const POINTS_MAX = 96;

const HOUR_MS = 3_600_000;
const DAYS = { day: 1, now: 1, week: 7, month: 30, quarter: 91, year: 365, all_time: 30 };
const ROLLING = /^rolling_(\d+)([hd])$/;

/** Return how far back a window's sparkline goes: as far as the server's histories do. */
export function reachMs(window) {
  const [, length, unit] = ROLLING.exec(window) ?? [];
  if (length === undefined) return (DAYS[window] ?? 1) * 24 * HOUR_MS;
  return Number(length) * (unit === "h" ? 1 : 24) * HOUR_MS;
}

export class Series {
  constructor(reachMs) {
    this.reachMs = reachMs;
    this.points = [];
    this.key = null;
  }

  /** Read a key's history, also once more after a gap; where there is none to be had, it begins now. */
  async load(key) {
    if (this.key !== key) this.points = [];
    const wanted = (this.key = key);
    try {
      const { items } = await get(`/series?key=${encodeURIComponent(key)}`);
      if (this.key !== wanted) return;
      const [found] = items;
      const points = (found?.points ?? []).map(({ at, value }) => ({ atMs: Date.parse(at), value }));
      const last = points.at(-1)?.atMs ?? 0;
      this.points = [...points, ...this.points.filter(({ atMs }) => atMs > last)];
    } catch {
      // A sparkline is not worth a message: the connection says that there is trouble.
    }
  }

  add(atMs, value) {
    const last = this.points.at(-1);
    if (last !== undefined && last.value === value) return;
    if (last !== undefined && atMs <= last.atMs) return;
    this.points.push({ atMs, value });
    while (this.points[0].atMs < atMs - this.reachMs) this.points.shift();
    if (this.points.length > POINTS_MAX) this.points.splice(mostCrowded(this.points), 1);
  }
}

/** Return which point, of those between the first and the last, has the nearest neighbours. */
function mostCrowded(points) {
  let [found, nearest] = [1, Infinity];
  for (let at = 1; at < points.length - 1; at += 1) {
    const apart = points[at + 1].atMs - points[at - 1].atMs;
    if (apart < nearest) [found, nearest] = [at, apart];
  }
  return found;
}

/** Return the path of a line through points in a box of 100 × 30, and of the area under it; null for fewer than 3. */
export function paths(points) {
  const there = points.filter(({ value }) => value !== null);
  if (there.length < 3) return null;
  const [first, last] = [there[0].atMs, there.at(-1).atMs];
  const values = there.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const at = ({ atMs, value }) => {
    const x = last > first ? ((atMs - first) / (last - first)) * 100 : 100;
    const y = high > low ? 28 - ((value - low) / (high - low)) * 26 : 26;
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  const line = `M${there.map(at).join("L")}`;
  return { line, area: `${line}L100 30L0 30Z` };
}
