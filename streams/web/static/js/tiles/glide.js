// Lines of a list that change places glide there; who wants less motion sees them change at once.

const still = matchMedia("(prefers-reduced-motion: reduce)");
const GLIDE_MS = 600;

/** Run `change`, which moves children of `list`, and let each glide from where it was. */
export function glide(list, change) {
  if (still.matches) return change();
  const before = new Map([...list.children].map((child) => [child, child.offsetTop]));
  change();
  for (const child of list.children) {
    const from = before.get(child);
    const by = from === undefined ? 0 : from - child.offsetTop;
    if (by !== 0) {
      child.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: GLIDE_MS, easing: "ease-out" });
    }
  }
}
