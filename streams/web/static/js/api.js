// Requests to the server that the page came from, and what it answers when it can't.

import * as token from "./token.js";

const BASE = "/api/v1";
const TIMEOUT_MS = 8_000;

export class ApiError extends Error {
  constructor(status, message, retryAfterMs = 0) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Say why the token that is held is none for these boards; null where another one would not help. */
export function refusal(error) {
  if (!(error instanceof ApiError)) return null;
  if (error.status === 401) return "This server does not know the token that was given.";
  return error.status === 403 && token.current() !== null ? `Another token is needed: ${error.message}.` : null;
}

/** Return what a GET answers, parsed. */
export async function get(path) {
  const response = await request(path, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return response.json();
}

/** Return the open response of a stream; it ends with `signal`. */
export function stream(path, signal, lastEventId) {
  const headers = { Accept: "text/event-stream" };
  if (lastEventId !== null) headers["Last-Event-ID"] = lastEventId;
  return request(path, { signal, headers, cache: "no-store" });
}

async function request(path, options) {
  const held = token.current();
  const headers = { ...options.headers };
  if (held !== null) headers.Authorization = `Bearer ${held}`;
  const response = await fetch(BASE + path, { ...options, headers, credentials: "same-origin" });
  if (response.ok) return response;
  const retryAfterMs = Number(response.headers.get("Retry-After") ?? 0) * 1000 || 0;
  throw new ApiError(response.status, await problem(response), retryAfterMs);
}

async function problem(response) {
  try {
    const said = await response.json();
    return String(said.detail ?? said.title ?? response.status);
  } catch {
    return `the server answers ${response.status}`;
  }
}
