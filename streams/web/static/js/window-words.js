// Windows, periods and how settled a value is, in words.

import * as format from "./format.js";

const RUNNING = { day: "today", week: "this week", month: "this month", quarter: "this quarter", year: "this year" };
const BEFORE = { day: "yesterday", week: "last week", month: "last month", quarter: "last quarter", year: "last year" };
const FIXED = { now: "now", today: "today (own time zone)" };
const ROLLING = /^rolling_(\d+)([hd])$/;

/** Say which time a value covers. */
export function windowWords(window, period) {
  if (period && window in RUNNING) return periodWords(window, period);
  if (window in RUNNING) return RUNNING[window];
  const rolling = ROLLING.exec(window);
  if (rolling !== null) return `${rolling[1]} ${rolling[2] === "h" ? "hours" : "days"}`;
  return FIXED[window] ?? "all time";
}

/** Say which time came before it. */
export function beforeWords(window, fixed) {
  return fixed ? "the period before" : (BEFORE[window] ?? "before");
}

function periodWords(window, period) {
  return window === "month" ? format.month(period) : period;
}

/** Say how settled a record is: a running period is open, a closed one provisional until it is final. */
export function settledWords(record, nowMs) {
  if (!record?.period || !record.end) return "";
  if (record.final) return "final";
  return Date.parse(record.end) <= nowMs ? "provisional" : "so far";
}
