// The place of a tile that the token may not see: it says so, since an empty one would look as if nothing had happened.

import { el } from "../dom.js";
import { Tile } from "./tile.js";

export class HiddenTile extends Tile {
  constructor(definition, context) {
    super(definition, context);
    this.body.append(el("p", { class: "quiet" }, "Not for this token."));
  }

  uses() {
    return false;
  }

  takesPart() {
    return false;
  }
}
