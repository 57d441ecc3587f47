// What stands in the place of a board where the address names none: another board would look like the right one.

import { addressOf } from "./address.js";
import { el } from "./dom.js";

const WAITING = "No team is known yet. This board comes as soon as there is one.";

/** Return a title, what is wrong with `asked`, in a sentence, and the views that it could have meant. */
export function explain(asked, boards, views) {
  if (asked.board === null) return { title: boards[0].title, words: WAITING, offered: [] };
  const title = "No such board";
  const board = boards.find(({ id }) => id === asked.board);
  if (board === undefined) {
    return { title, words: `There is no board “${asked.board}”.`, offered: boards.map(({ id, title }) => ({ board: id, team: null, title })) };
  }
  const offered = views.filter(({ board: id, team }) => id === board.id || (team !== null && team === asked.team));
  const titled = offered.map(({ board: id, team }) => {
    const { title } = boards.find((one) => one.id === id);
    return { board: id, team, title: team === null ? title : `${title} ${team}` };
  });
  if (board.for_each !== "team") return { title, words: `The board “${board.title}” is not of one team.`, offered: titled };
  if (titled.length === 0) return { title: board.title, words: WAITING, offered: [] };
  return { title, words: `There is no team “${asked.team}”.`, offered: titled };
}

/** Return the element that says so. */
export function nowhere({ words, offered }) {
  const links = offered.map(({ board, team, title }) => el("li", {}, el("a", { href: addressOf(board, team) }, title)));
  return el("div", { class: "nowhere" }, el("p", { class: "nowhere-words" }, words), el("ul", {}, ...links));
}
