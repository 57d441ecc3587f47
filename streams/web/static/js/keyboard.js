// What keys do; a field that one types in and a button that has the focus keep theirs.

/** `actions`: before, next, pause, theme, help, fullScreen. */
export function listenToKeys(actions) {
  const keys = {
    ArrowLeft: actions.before, ArrowRight: actions.next, " ": actions.pause,
    t: actions.theme, f: actions.fullScreen, "?": actions.help,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === " " && event.target.closest("button, a")) return;
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

export function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}
