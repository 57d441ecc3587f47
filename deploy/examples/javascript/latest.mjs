// The latest KPI record of each key, from the records of crm.kpis. Pure: no Kafka in here.

const ESCAPES = { '%': '%25', '|': '%7C', ',': '%2C', '=': '%3D' };

/** Takes a key apart: `kpi|window[:period]|dim=value,…`. Only a stage may be null; it is written as nothing. */
export function parseKey(key) {
  const parts = key.split('|');
  if (parts.length !== 3 || !parts[0] || !parts[1]) throw new Error(`no KPI key: ${key}`);
  const [kpi, place, pairs] = parts;
  const at = place.indexOf(':');
  const dims = {};
  for (const pair of pairs ? pairs.split(',') : []) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new Error(`no KPI key: ${key}`);
    dims[pair.slice(0, equals)] = decodeURIComponent(pair.slice(equals + 1)) || null;
  }
  return { kpi, window: at < 0 ? place : place.slice(0, at), period: at < 0 ? null : place.slice(at + 1), dims };
}

/** Writes a key as it is on the topic: dims in alphabetical order. */
export function formatKey({ kpi, window, period = null, dims = {} }) {
  const escaped = (value) => (value ?? '').replace(/[%|,=]/g, (one) => ESCAPES[one]);
  const pairs = Object.keys(dims).sort().map((name) => `${name}=${escaped(dims[name])}`);
  return `${kpi}|${period ? `${window}:${period}` : window}|${pairs.join(',')}`;
}

export class LatestKpis {
  records = new Map();

  /** Takes a record; returns { key, before, after } with what it changed (null: not there), or null. */
  apply(key, value) {
    parseKey(key); // throws for what is none
    const before = this.records.get(key) ?? null;
    if (value === null) {
      // A tombstone: the key is no more.
      this.records.delete(key);
      return before && { key, before, after: null };
    }
    const after = JSON.parse(value.toString());
    // Delivery is at least once: what is not newer is a repetition, or late.
    if (before && after.revision <= before.revision) return null;
    this.records.set(key, after);
    return { key, before, after };
  }
}
