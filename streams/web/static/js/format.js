// Numbers and times as the reader's language writes them; what they are says the catalog.

const LOCALE = navigator.language;
const NONE = "–";
const made = new Map();

function formatter(options) {
  const key = JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.NumberFormat(LOCALE, options));
  return made.get(key);
}

/** Write a value of a KPI. */
export function value(number, kpi, currency) {
  if (number === null || number === undefined) return NONE;
  const scaled = number * (kpi.scale ?? 1);
  switch (kpi.format) {
    case "currency":
      return money(scaled, currency);
    case "percent":
      return percent(scaled);
    case "duration":
      return duration(scaled);
    default:
      return plain(scaled);
  }
}

/** Write an amount shortly, for a line with little space. */
export function short(number, kpi, currency) {
  if (number === null || number === undefined) return NONE;
  if (kpi.format !== "currency" || Math.abs(number) < 10_000) return value(number, kpi, currency);
  const options = { style: "currency", currency, notation: "compact", maximumFractionDigits: 1 };
  const parts = formatter(options).formatToParts(number);
  // Not every language has a short word for thousands; there the amount is written out.
  if (!parts.some(({ type }) => type === "compact")) return value(number, kpi, currency);
  return parts.map(({ value }) => value).join("");
}

function money(number, currency) {
  // Of a small amount as many decimals as the currency has: two of euros, none of yen.
  const small = Math.abs(number) < 100 && !Number.isInteger(number);
  const digits = small ? {} : { minimumFractionDigits: 0, maximumFractionDigits: 0 };
  return formatter({ style: "currency", currency, ...digits }).format(number);
}

export function percent(share, digits = 1) {
  return formatter({ style: "percent", maximumFractionDigits: digits }).format(share);
}

export function plain(number) {
  const digits = Number.isInteger(number) ? 0 : Math.abs(number) < 10 ? 2 : 1;
  return formatter({ maximumFractionDigits: digits }).format(number);
}

const STEPS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** Write seconds in the two units that matter: 2d 4h, 18m 5s. */
export function duration(seconds) {
  let rest = Math.round(Math.abs(seconds));
  const sign = seconds < 0 && rest > 0 ? "−" : "";
  const first = STEPS.findIndex(([, size]) => rest >= size);
  if (first < 0) return sign + unit(0, "second");
  const parts = [];
  for (const [name, size] of STEPS.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(unit(count, name));
  }
  return sign + parts.join(" ");
}

const DAYS_FROM_S = 2 * 86_400;

/** Write seconds in one unit where that is exact: for limits and windows, where 24 hours is what people say. */
export function about(seconds) {
  const [name, size] = STEPS.find(([, one]) => seconds >= (one === 86_400 ? DAYS_FROM_S : one)) ?? STEPS[3];
  return seconds % size === 0 ? unit(seconds / size, name) : duration(seconds);
}

export function unit(count, name) {
  return formatter({ style: "unit", unit: name, unitDisplay: "narrow" }).format(count);
}

export function count(number) {
  return formatter({ maximumFractionDigits: 0 }).format(number);
}

/** Write a moment's time of day in the catalog's zone. */
export function timeOfDay(ms, timeZone, withSeconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", timeZone };
  if (withSeconds) options.second = "2-digit";
  return new Intl.DateTimeFormat(LOCALE, options).format(ms);
}

export function day(ms, timeZone) {
  return new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short", timeZone }).format(ms);
}

/** Write when something began: the time of day is enough for today. */
export function moment(ms, nowMs, timeZone, withSeconds = false) {
  const time = timeOfDay(ms, timeZone, withSeconds);
  return isoDay(ms, timeZone) === isoDay(nowMs, timeZone) ? time : `${day(ms, timeZone)}, ${time}`;
}

/** Write the local day of a moment in a form that sorts. */
export function isoDay(ms, timeZone) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone }).format(ms);
}

export function month(label) {
  return new Intl.DateTimeFormat(LOCALE, { month: "long", year: "numeric", timeZone: "UTC" }).format(
    Date.parse(`${label}-01T00:00:00Z`),
  );
}
