// Keys of records, `kpi|window[:period]|dim=value,…`, taken apart.

/** Return {bucket, dims} of a key: the bucket is all records of a KPI, window, period and set of dimensions. */
export function partsOf(key) {
  const [kpi, window, dimsText] = key.split("|");
  const dims = dimsOf(dimsText);
  return { bucket: bucketOf(kpi, window, Object.keys(dims)), dims, dimsText };
}

/** Return the bucket of a KPI in a window, written as in keys, by the names of its dimensions. */
export function bucketOf(kpi, window, names) {
  return `${kpi}|${window}|${[...names].sort().join(",")}`;
}

/** Return the key of a record. */
export function keyOf(record) {
  const window = record.period ? `${record.window}:${record.period}` : record.window;
  return `${record.kpi}|${window}|${dimsTextOf(record.dims)}`;
}

/** Write dims as in keys. */
export function dimsTextOf(dims) {
  const names = Object.keys(dims).sort();
  return names.map((name) => `${name}=${escaped(dims[name] ?? "")}`).join(",");
}

function dimsOf(text) {
  const dims = {};
  for (const part of text === "" ? [] : text.split(",")) {
    const at = part.indexOf("=");
    dims[part.slice(0, at)] = decodeURIComponent(part.slice(at + 1)) || null;
  }
  return dims;
}

function escaped(value) {
  return value.replace(/[%|,=]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
