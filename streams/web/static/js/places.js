// Places at the day's beginning, as far as this screen saw them: what gained and lost is counted from.
// Within one team the engine itself counts them (`rank_change`); over all teams nobody else does.

import * as storage from "./storage.js";

const NAME = "crm-pulse-places";
const BOARDS_MAX = 50;
let kept = null;

function load() {
  try {
    const found = JSON.parse(storage.kept(NAME) ?? "{}");
    return { day: found.day, places: new Map(found.places) };
  } catch {
    return { day: undefined, places: new Map() };
  }
}

/** Return how many places each name gained since the day began; `rows` have name and place. */
export function gained(what, day, rows) {
  kept ??= load();
  if (kept.day !== day) kept = { day, places: new Map() };
  const known = new Map(kept.places.get(what) ?? []);
  let isNew = false;
  for (const { name, place } of rows) {
    if (known.has(name)) continue;
    known.set(name, place);
    isNew = true;
  }
  if (isNew && (kept.places.has(what) || kept.places.size < BOARDS_MAX)) {
    kept.places.set(what, [...known]);
    storage.keep(NAME, JSON.stringify({ day, places: [...kept.places] }));
  }
  return new Map(rows.map(({ name, place }) => [name, known.get(name) - place]));
}
