// The page: puts its parts together. What each does is in the file called so.

import { addressOf, asked } from "./address.js";
import { ApiError, get, refusal } from "./api.js";
import { waitMs } from "./backoff.js";
import { drawLinks } from "./board-links.js";
import { listenToButtons, watchIdle } from "./controls.js";
import { Directory } from "./directory.js";
import { fullScreen, listenToKeys } from "./keyboard.js";
import { Moments } from "./moments.js";
import { explain, nowhere } from "./nowhere.js";
import { Rotation } from "./rotation.js";
import { Screen } from "./screen.js";
import { State } from "./state.js";
import { applyTheme, nextTheme } from "./theme.js";
import * as token from "./token.js";
import { tellWholeTexts } from "./whole.js";

const $ = (id) => document.getElementById(id);

token.takeFromAddress();
applyTheme($("theme"));
tellWholeTexts();

const state = new State();
const rotation = new Rotation(showView, $("rotation"), $("pause"));
const directory = new Directory(() => {
  setViews();
  screen.redraw();
});
const screen = new Screen({ main: $("board"), title: $("title"), state, directory, moments: new Moments($("moment")), rotation });
let boards = [];
/** Whether the address names what there is not. */
let astray = false;

/** Every board once, or once for each team. */
function views() {
  return boards.flatMap(({ id, rotate, seconds, for_each: each }) => {
    const teams = each === "team" ? directory.teams : [null];
    return teams.map((team) => ({ board: id, team, rotate, seconds }));
  });
}

/** Take the views there are now; the first ones are shown at once, also when teams are only known later. */
function setViews() {
  const none = rotation.view === undefined;
  rotation.setViews(views());
  if (none || astray) showAddressed();
}

function showView(view) {
  astray = false;
  drawLinks($("boards"), boards, view.board, follow);
  screen.show(view);
}

/** Go to a board because somebody asked for it, and stay there. */
function follow(id) {
  history.pushState(null, "", addressOf(id));
  rotation.stay();
  showAddressed();
}

/** Show what the address says: a board, and which team of it; the first one where it says nothing. */
function showAddressed() {
  const wanted = asked(location);
  if (wanted.board === null && rotation.views.length > 0) return rotation.show(0);
  if (wanted.board !== null) rotation.stay();
  const at = rotation.views.findIndex(({ board, team }) => board === wanted.board && (wanted.team === null || team === wanted.team));
  if (at >= 0) return rotation.show(at);
  astray = true;
  drawLinks($("boards"), boards, null, follow);
  const found = explain(wanted, boards, rotation.views);
  screen.say(found, nowhere(found));
}

const actions = {
  before: () => rotation.before(),
  next: () => rotation.next(),
  pause: () => rotation.pause(),
  theme: () => nextTheme($("theme")),
  help: () => $("help-sheet").showModal(),
};
listenToKeys({ ...actions, fullScreen });
listenToButtons(actions);
watchIdle();
addEventListener("popstate", showAddressed);

/** Read all boards, in the order of their file. */
async function readBoards() {
  const { items } = await get("/boards");
  const found = await Promise.all(items.map(({ id }) => get(`/boards/${encodeURIComponent(id)}`)));
  return found.sort((a, b) => a.order - b.order);
}

async function start() {
  for (let tries = 0; ; ) {
    try {
      boards = await readBoards();
      await directory.read();
      return setViews();
    } catch (error) {
      const refused = refusal(error);
      if (refused !== null) {
        await token.ask(refused);
        continue;
      }
      const wait = waitMs(tries, Math.random());
      tries += 1;
      state.lost(error instanceof ApiError ? error.message : "no answer", wait);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

start();
