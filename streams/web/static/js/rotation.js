// From board to board: by itself after each board's seconds, by keys, or not at all while paused.

const STEP_MS = 250;

export class Rotation {
  /** `shown(view)` is told which to show; a view is {board, team, seconds, rotate}. */
  constructor(shown, bar, button) {
    this.shown = shown;
    this.bar = bar;
    this.button = button;
    this.views = [];
    this.at = 0;
    this.paused = false;
    /** Whether somebody wants nothing to move by itself; a board that was asked for stays, but goes on with what is on it. */
    this.still = false;
    this.stayedMs = 0;
    setInterval(() => this.step(), STEP_MS);
  }

  get view() {
    return this.views[this.at];
  }

  /** Take other views, and stay where we are when that is still among them. */
  setViews(views) {
    const here = this.view;
    this.views = views;
    const same = here && views.findIndex(({ board, team }) => board === here.board && team === here.team);
    this.at = same === undefined || same < 0 ? Math.min(this.at, Math.max(0, views.length - 1)) : same;
    this.draw();
  }

  show(at) {
    if (this.views.length === 0) return;
    this.at = (at + this.views.length) % this.views.length;
    this.stayedMs = 0;
    this.draw();
    this.shown(this.view);
  }

  next() {
    this.show(this.at + 1);
  }

  before() {
    this.show(this.at - 1);
  }

  /** Stay where we are. */
  stay() {
    this.paused = true;
    this.drawButton();
  }

  pause() {
    this.paused = this.still = !this.paused;
    this.drawButton();
  }

  drawButton() {
    const { paused } = this;
    this.button.setAttribute("aria-pressed", String(paused));
    this.button.textContent = paused ? "▶" : "Ⅱ";
    this.draw();
  }

  /** Stay from now on for the board's seconds: what takes long to arrive is not cut short. */
  restart() {
    this.stayedMs = 0;
  }

  step() {
    const others = this.views.filter((view) => view.rotate && view !== this.view);
    if (this.paused || others.length === 0 || document.querySelector("dialog[open]")) return;
    this.stayedMs += STEP_MS;
    if (this.stayedMs < this.view.seconds * 1000) return this.draw();
    let at = this.at;
    do at = (at + 1) % this.views.length;
    while (!this.views[at].rotate);
    this.show(at);
  }

  draw() {
    const share = this.paused || !this.view ? 0 : Math.min(1, this.stayedMs / (this.view.seconds * 1000));
    this.bar.style.setProperty("--share", String(share));
  }
}
