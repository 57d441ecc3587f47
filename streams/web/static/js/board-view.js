// A board's tiles in the page; of a change only the tiles are drawn again that show it.

import { setVar } from "./dom.js";
import { KINDS } from "./tile-kinds.js";
import { HiddenTile } from "./tiles/hidden.js";

export class BoardView {
  /** `context`: team, records, directory, rotation. */
  constructor(board, context) {
    this.board = board;
    this.team = context.team;
    const known = board.tiles.filter(({ type, place }) => type in KINDS && place !== null);
    this.tiles = known.map((definition) => {
      const Kind = definition.hidden ? HiddenTile : KINDS[definition.type];
      return new Kind(definition, { ...context, board });
    });
  }

  /** Take the place of what `main` shows. */
  open(main) {
    setVar(main, "--columns", this.board.columns);
    setVar(main, "--rows", this.board.rows);
    main.replaceChildren(...this.tiles.map(({ element }) => element));
    for (const tile of this.tiles) {
      tile.draw();
      tile.opened?.();
    }
  }

  /** Something may have been missed: what tiles read by themselves is read again. */
  catchUp() {
    this.drawAll();
    for (const tile of this.tiles) tile.opened?.();
  }

  close() {
    for (const tile of this.tiles) tile.close();
  }

  /** Whether a tile shows who has this name, when there is space: on a team's leaderboard the others are not. */
  takesPart(definition, name) {
    return this.tiles.some((tile) => tile.definition === definition && (tile.takesPart?.(name) ?? true));
  }

  drawAll() {
    for (const tile of this.tiles) tile.mark();
  }

  /** Draw what shows one of these KPIs, or alerts. */
  drawChanged(kpis, alerts) {
    for (const tile of this.tiles) {
      if ((alerts && tile.usesAlerts()) || [...kpis].some((kpi) => tile.uses(kpi))) tile.mark();
    }
  }
}
