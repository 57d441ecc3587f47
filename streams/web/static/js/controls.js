// Buttons for what keys do; on a screen that nobody touches they are not in the way.

const IDLE_MS = 4_000;

/** Call an action by the button that is called so. */
export function listenToButtons(actions) {
  for (const [id, action] of Object.entries(actions)) document.getElementById(id)?.addEventListener("click", action);
}

/** Tell the page whether somebody is there. */
export function watchIdle() {
  let timer = null;
  const awake = () => {
    document.body.classList.remove("idle");
    clearTimeout(timer);
    timer = setTimeout(() => document.body.classList.add("idle"), IDLE_MS);
  };
  for (const kind of ["pointermove", "pointerdown", "keydown", "focusin"]) document.addEventListener(kind, awake, { passive: true });
  awake();
}
