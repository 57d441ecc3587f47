// How many lines of a list fit into a tile, known again when its size changes; and what fits into a line, drawn again.

const LINE_REM = 1.75;

export class Space {
  /** `changed` is called when another number of lines fits, or lines are as wide as they were not. */
  constructor(element, changed) {
    this.lines = Infinity;
    this.width = 0;
    this.widthRem = 0;
    this.observer = new ResizeObserver(() => {
      // On a narrow screen tiles are as high as what they hold.
      const bounded = getComputedStyle(element).getPropertyValue("--bounded").trim() === "1";
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const lines = bounded ? Math.max(1, Math.floor(element.clientHeight / (LINE_REM * rem))) : Infinity;
      if (lines === this.lines && element.clientWidth === this.width) return;
      this.lines = lines;
      this.width = element.clientWidth;
      this.widthRem = this.width / rem;
      changed();
    });
    this.observer.observe(element);
  }

  /** How many lines an element takes of those. */
  linesOf(element) {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return Math.ceil(element.offsetHeight / (LINE_REM * rem));
  }

  close() {
    this.observer.disconnect();
  }
}
