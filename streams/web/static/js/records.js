// The latest record of each key that the board shows, and the alerts that exist.

import { bucketOf, dimsTextOf, partsOf } from "./keys.js";

export class Records {
  constructor() {
    this.buckets = new Map();
    this.alerts = new Map();
    this.periods = {};
  }

  /** Begin anew with all there is. */
  reset(records, alerts) {
    this.buckets.clear();
    this.alerts.clear();
    this.takeKpis(records, []);
    this.takeAlerts(alerts, []);
  }

  /** Take changed records and keys that are gone; return the changes as {record, before} in their order. */
  takeKpis(records, gone) {
    const changes = [];
    for (const record of records) {
      const bucket = this.bucket(bucketOf(record.kpi, windowOf(record), Object.keys(record.dims)));
      const at = dimsTextOf(record.dims);
      const before = bucket.get(at);
      if (before !== undefined && before.revision > record.revision) continue;
      bucket.set(at, record);
      changes.push({ record, before });
    }
    for (const key of gone) {
      const { bucket, dimsText } = partsOf(key);
      const before = this.buckets.get(bucket)?.get(dimsText);
      if (before === undefined) continue;
      this.buckets.get(bucket).delete(dimsText);
      changes.push({ record: null, before });
    }
    return changes;
  }

  takeAlerts(alerts, gone) {
    const changes = [];
    for (const alert of alerts) {
      const before = this.alerts.get(alert.id);
      if (before !== undefined && before.revision > alert.revision) continue;
      this.alerts.set(alert.id, alert);
      changes.push({ alert, before });
    }
    for (const id of gone) {
      const before = this.alerts.get(id);
      if (this.alerts.delete(id)) changes.push({ alert: null, before });
    }
    return changes;
  }

  /** Return the records that a tile's source names, as [dims, record]; `team` is the one that the board shows. */
  of(source, team = null) {
    const window = this.windowText(source);
    const bucket = this.buckets.get(bucketOf(source.kpi, window, Object.keys(source.dims)));
    if (bucket === undefined) return [];
    const wanted = Object.entries(source.dims).filter(([, value]) => value !== null);
    if (source.each && team !== null) wanted.push(["team", team]);
    return [...bucket.values()].filter((record) => wanted.every(([name, value]) => record.dims[name] === value));
  }

  /** Return the only record of a source that names one; undefined where there is none. */
  one(source, team = null) {
    return this.of(source, team)[0];
  }

  /** Return the key of the only record of a source. */
  keyOf(source, team = null) {
    const dims = source.each ? { ...source.dims, team } : source.dims;
    return `${source.kpi}|${this.windowText(source)}|${dimsTextOf(dims)}`;
  }

  windowText(source) {
    const period = source.period ?? this.periods[source.window];
    return period ? `${source.window}:${period}` : source.window;
  }

  bucket(name) {
    if (!this.buckets.has(name)) this.buckets.set(name, new Map());
    return this.buckets.get(name);
  }
}

function windowOf(record) {
  return record.period ? `${record.window}:${record.period}` : record.window;
}
