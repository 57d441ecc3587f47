// The line in the corner: a beat for each sign of life of the server, flat when there is none.

import { setAttribute } from "./dom.js";
import { mark } from "./frames.js";

const WIDTH = 120;
const MIDDLE = 18;
const BEATS = 4;
const GAP = WIDTH / BEATS;
const BEAT = `l4 0l3 -12l4 20l3 -13l2 5l${GAP - 16} 0`;
const FLAT = `l${GAP} 0`;

export class Pulse {
  constructor(path) {
    this.path = path;
    this.beats = Array(BEATS).fill(false);
    this.draw = () => setAttribute(this.path, "d", `M0 ${MIDDLE}${this.beats.map((beat) => (beat ? BEAT : FLAT)).join("")}`);
    this.draw();
  }

  beat(alive) {
    this.beats = [...this.beats.slice(1), alive];
    mark(this.draw);
  }

  flat() {
    this.beats.fill(false);
    mark(this.draw);
  }
}
