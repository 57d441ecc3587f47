// A text that has no space, and ends in dots, is at hand whole where somebody points at it.

import { isCut, setAttribute } from "./dom.js";

/** Elements whose title is said here, and by no tile. */
const said = new WeakSet();

export function tellWholeTexts() {
  document.addEventListener("pointerover", ({ target }) => tellWhole(target), { passive: true });
}

function tellWhole(target) {
  let one = target;
  while (one !== null && getComputedStyle(one).textOverflow !== "ellipsis") one = one.parentElement;
  if (one === null || (one.hasAttribute("title") && !said.has(one))) return;
  said.add(one);
  const isWhole = !isCut(one) && one.scrollHeight <= one.clientHeight;
  setAttribute(one, "title", isWhole ? null : one.textContent);
}
