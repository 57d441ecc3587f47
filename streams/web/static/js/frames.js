// Drawing once a frame, whatever came in between: what is marked is drawn, each once.

const marked = new Set();
let asked = false;

/** Have `draw` called in the next frame. */
export function mark(draw) {
  marked.add(draw);
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const now = [...marked];
    marked.clear();
    for (const one of now) one();
  });
}

export function unmark(draw) {
  marked.delete(draw);
}
