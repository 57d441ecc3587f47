// A dot for each board; the one that is shown is filled.

import { addressOf } from "./address.js";
import { children, el, setAttribute, setText } from "./dom.js";

/** Draw them; `follow(boardId)` is called instead of loading the page anew. */
export function drawLinks(nav, boards, shown, follow) {
  const links = children(nav, boards.length, () => el("a", {}, el("span", { class: "unseen" })));
  boards.forEach(({ id, title }, at) => {
    const link = links[at];
    setAttribute(link, "href", addressOf(id));
    setAttribute(link, "title", title);
    setAttribute(link, "aria-current", id === shown ? "page" : null);
    setText(link.firstElementChild, title);
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      follow(id);
    };
  });
}
