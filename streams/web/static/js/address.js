// What the address asks for: a board, and which team of it.

/** Return {board, team}, each null where the address says nothing of it. */
export function asked({ pathname, search }) {
  const named = /^\/b\/([^/]+)$/.exec(pathname);
  return { board: named === null ? null : decoded(named[1]), team: new URLSearchParams(search).get("team") };
}

/** Return the address of a board, or of a team's. */
export function addressOf(board, team = null) {
  return `/b/${encodeURIComponent(board)}${team === null ? "" : `?team=${encodeURIComponent(team)}`}`;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // no board's name
  }
}
