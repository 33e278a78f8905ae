/** The honest leaderboard: saved runs, ranked where they are stored, each with its gate, its trials and what it was made from. */
import type { Page, PageRequest } from '#base/page.js';
import type { Principal } from '#services/identity/principal.js';
import {
  type LeaderboardFilter,
  type LeaderboardOrder,
  listLeaderboard,
  type RankedRun,
} from '#store/leaderboard.store.js';
import type { StrategyDesk } from './desk.js';
import { viewerOf } from './model-access.js';

export {
  LEADERBOARD_ORDERS,
  type LeaderboardFilter,
  type LeaderboardOrder,
  type RankedRun,
} from '#store/leaderboard.store.js';

export const getLeaderboard = (
  desk: Pick<StrategyDesk, 'db'>,
  principal: Principal,
  filter: LeaderboardFilter,
  order: { by: LeaderboardOrder; descending: boolean },
  page: PageRequest,
): Promise<Page<RankedRun>> => listLeaderboard(desk.db, viewerOf(principal), filter, order, page);
