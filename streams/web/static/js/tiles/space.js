// How many lines of a list fit into a tile, known again when its size changes.

const LINE_REM = 1.75;

export class Space {
  /** `changed` is called when another number of lines fits. */
  constructor(element, changed) {
    this.lines = Infinity;
    this.observer = new ResizeObserver(() => {
      // On a narrow screen tiles are as high as what they hold.
      const bounded = getComputedStyle(element).getPropertyValue("--bounded").trim() === "1";
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const lines = bounded ? Math.max(1, Math.floor(element.clientHeight / (LINE_REM * rem))) : Infinity;
      if (lines === this.lines) return;
      this.lines = lines;
      changed();
    });
    this.observer.observe(element);
  }

  close() {
    this.observer.disconnect();
  }
}
