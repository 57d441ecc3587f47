// What the browser keeps for the page. Where it keeps nothing, blocked or full, it is known until the page is left.

const unkept = new Map();

/** Return what is kept under a name, for this tab or this device; null where nothing is. */
export function kept(name) {
  if (unkept.has(name)) return unkept.get(name);
  return attempt(() => sessionStorage.getItem(name)) ?? attempt(() => localStorage.getItem(name)) ?? null;
}

/** Keep a text on this device, or for this tab only. */
export function keep(name, text, onDevice = true) {
  forget(name);
  unkept.set(name, text);
  attempt(() => {
    (onDevice ? localStorage : sessionStorage).setItem(name, text);
    unkept.delete(name);
  });
}

function forget(name) {
  unkept.delete(name);
  for (const area of ["sessionStorage", "localStorage"]) attempt(() => window[area].removeItem(name));
}

/** Even to ask for the storage may throw. */
function attempt(what) {
  try {
    return what();
  } catch {
    return undefined;
  }
}
