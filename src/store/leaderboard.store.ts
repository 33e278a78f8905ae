/** The leaderboard as one query: filtered, ranked and paged where the rows are. */
import { type SqlBool, sql } from 'kysely';
import type { Page, PageRequest } from '#base/page.js';
import { type BacktestRun, backtestRunFromRow } from './backtest-run.store.js';
import type { Database } from './database.js';
import { readPage } from './read-page.js';
import { isSeenBy, type Viewer } from './viewer.js';

export const LEADERBOARD_ORDERS = [
  'sharpe_hourly',
  'sharpe',
  'cum_ret',
  'sortino',
  'calmar',
  'max_drawdown',
  'win_rate',
  'trades',
  'score',
  'dsr',
  'created_at',
] as const;
export type LeaderboardOrder = (typeof LEADERBOARD_ORDERS)[number];

export interface LeaderboardFilter {
  readonly modelId?: string;
  readonly packId?: string;
  readonly tag?: string;
  readonly riskProfile?: string;
  readonly passGate?: boolean;
  readonly startedFromMs?: number;
  readonly startedBeforeMs?: number;
}

export interface RankedRun extends BacktestRun {
  /** Counted from 1 over all that match, not over the page. */
  readonly rank: number;
}

/** Saved, completed runs. Nulls stand last in both directions; ties go by cum_ret, win_rate, then the newest. */
export async function listLeaderboard(
  db: Database,
  viewer: Viewer,
  filter: LeaderboardFilter,
  order: { by: LeaderboardOrder; descending: boolean },
  page: PageRequest,
): Promise<Page<RankedRun>> {
  let query = db
    .selectFrom('backtest_run')
    .where('saved', '=', true)
    .where('status', '=', 'completed')
    .where(isSeenBy(viewer, 'backtest_run'));
  if (filter.modelId !== undefined)
    query = query.where(sql<SqlBool>`lower(model_id) = ${filter.modelId.toLowerCase()}`);
  if (filter.packId !== undefined) query = query.where('pack_id', '=', filter.packId);
  if (filter.tag !== undefined) query = query.where('tag', '=', filter.tag);
  if (filter.riskProfile !== undefined) query = query.where('risk_profile', '=', filter.riskProfile);
  if (filter.passGate === true) query = query.where('gate_pass', '=', true);
  if (filter.startedFromMs !== undefined) query = query.where('started_at', '>=', new Date(filter.startedFromMs));
  if (filter.startedBeforeMs !== undefined) query = query.where('started_at', '<', new Date(filter.startedBeforeMs));
  const direction = order.descending ? sql.raw('desc nulls last') : sql.raw('asc nulls last');
  const { items, total } = await readPage(
    query,
    page,
    (matching) =>
      matching
        .selectAll()
        .orderBy(sql`${sql.ref(order.by)} ${direction}`)
        .orderBy(sql`cum_ret desc nulls last`)
        .orderBy(sql`win_rate desc nulls last`)
        .orderBy('created_at', 'desc')
        .orderBy('backtest_run_id', 'desc'),
    backtestRunFromRow,
  );
  return { items: items.map((run, i) => ({ ...run, rank: page.offset + i + 1 })), total };
}
