// Which class draws which type of tile.

import { AgingTile } from "./tiles/aging.js";
import { ContestTile } from "./tiles/contest.js";
import { DistributionTile } from "./tiles/distribution.js";
import { FunnelTile } from "./tiles/funnel.js";
import { LeaderboardTile } from "./tiles/leaderboard.js";
import { NumberTile } from "./tiles/number.js";
import { TickerTile } from "./tiles/ticker.js";

export const KINDS = {
  number: NumberTile,
  leaderboard: LeaderboardTile,
  funnel: FunnelTile,
  distribution: DistributionTile,
  aging: AgingTile,
  ticker: TickerTile,
  contest: ContestTile,
};
