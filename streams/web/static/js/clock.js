// The server's time: the page's own clock may be wrong, and countdowns are by the server's.

let offsetMs = null;

export function set(serverMs) {
  offsetMs = serverMs - performance.now();
}

export function nowMs() {
  return offsetMs === null ? Date.now() : offsetMs + performance.now();
}
