// Short histories for sparklines: the server's, and what came since.

import { get } from "./api.js";

/** What a sparkline can show; older points go. */
export const POINTS_MAX = 96;

export class Series {
  constructor() {
    this.points = [];
  }

  /** Read a key's history; where there is none to be had, it begins now. */
  async load(key) {
    const wanted = (this.key = key);
    try {
      const { items } = await get(`/series?key=${encodeURIComponent(key)}`);
      if (this.key !== wanted) return;
      const [found] = items;
      const points = (found?.points ?? []).map(({ at, value }) => ({ atMs: Date.parse(at), value }));
      const last = points.at(-1)?.atMs ?? 0;
      this.points = [...points, ...this.points.filter(({ atMs }) => atMs > last)].slice(-POINTS_MAX);
    } catch {
      // A sparkline is not worth a message: the connection says that there is trouble.
    }
  }

  add(atMs, value) {
    const last = this.points.at(-1);
    if (last !== undefined && last.value === value) return;
    if (last !== undefined && atMs <= last.atMs) return;
    this.points.push({ atMs, value });
    if (this.points.length > POINTS_MAX) this.points.shift();
  }
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
