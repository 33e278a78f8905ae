/** How one ticker, pack or model is doing (sigma 22): whether its data is fresh and whole, and whether its newest result holds. */

import { barsFromColumns } from '#engine/calendar/bars-from-columns.js';
import { DAY_MS } from '#engine/calendar/civil-date.js';
import { isSession, previousSession } from '#engine/calendar/exchange-calendar.js';
import type { Principal } from '#services/identity/principal.js';
import { readBars } from '#services/research/bars.service.js';
import { findModel, listModelIds } from '#store/model.store.js';
import { findPack } from '#store/pack.store.js';
import { findLatestSavedRun } from '#store/shown-run.store.js';
import type { StrategyDesk } from './desk.js';
import { maySee } from './model-access.js';
import { coarsestStored, findPrices } from './price-source.js';

export interface TickerHealth {
  readonly symbol: string;
  readonly status: 'healthy' | 'degraded' | 'unknown';
  readonly lastUpdateMs: number | null;
  /** Share of the expected sessions that are there and sound, over the twenty that end at the newest bar. */
  readonly dataQuality: number | null;
  readonly rows: number;
}

const SESSIONS_LOOKED_AT = 20;
/** Data older than this many sessions is stale. */
const STALE_SESSIONS = 3;

export async function checkTicker(
  desk: Pick<StrategyDesk, 'db' | 'measurements' | 'clock'>,
  symbol: string,
): Promise<TickerHealth> {
  const interval = await coarsestStored(desk, symbol);
  const prices = interval === undefined ? undefined : await findPrices(desk, symbol, interval);
  if (prices === undefined || prices.dataset.lastTsUs === null)
    return { symbol, status: 'unknown', lastUpdateMs: null, dataQuality: null, rows: 0 };
  const lastMs = prices.dataset.lastTsUs / 1000;
  const fromUs = (lastMs - 2 * SESSIONS_LOOKED_AT * DAY_MS) * 1000;
  const { bars } = barsFromColumns(await readBars(desk, prices.dataset, { fromUs }), { interval: prices.interval });
  const newest = bars.session.at(-1);
  if (newest === undefined)
    return { symbol, status: 'degraded', lastUpdateMs: lastMs, dataQuality: 0, rows: prices.dataset.rowCount };
  const expected = sessionsBefore(newest, SESSIONS_LOOKED_AT);
  const present = new Set(bars.session);
  const dataQuality = expected.filter((session) => present.has(session)).length / expected.length;
  const today = Math.floor(desk.clock.nowMs() / DAY_MS);
  const status = newest >= staleBefore(today) && dataQuality > 0 ? 'healthy' : 'degraded';
  const lastUpdateMs = bars.tsEndMs.at(-1)!;
  return { symbol, status, lastUpdateMs, dataQuality, rows: prices.dataset.rowCount };
}

function sessionsBefore(last: number, count: number): number[] {
  const sessions = [last];
  while (sessions.length < count) sessions.push(previousSession(sessions.at(-1)!));
  return sessions;
}

function staleBefore(today: number): number {
  let session = isSession(today) ? today : previousSession(today);
  for (let i = 0; i < STALE_SESSIONS; i++) session = previousSession(session);
  return session;
}

export interface PackHealth {
  readonly id: string;
  readonly status: 'healthy' | 'unknown';
  readonly modelsCount: number;
}

export async function checkPack(desk: Pick<StrategyDesk, 'db'>, packId: string): Promise<PackHealth> {
  const pack = await findPack(desk.db, packId);
  if (pack === undefined) return { id: packId, status: 'unknown', modelsCount: 0 };
  return { id: packId, status: 'healthy', modelsCount: (await listModelIds(desk.db, packId)).length };
}

export interface ModelHealth {
  readonly id: string;
  readonly status: 'healthy' | 'unknown';
  readonly lastBacktestMs: number | null;
  readonly performance: 'meeting_target' | 'below_target' | 'no_data';
}

export async function checkModel(
  desk: Pick<StrategyDesk, 'db'>,
  principal: Principal,
  modelId: string,
): Promise<ModelHealth> {
  const model = await findModel(desk.db, modelId);
  if (model === undefined || !maySee(model, principal))
    return { id: modelId, status: 'unknown', lastBacktestMs: null, performance: 'no_data' };
  const run = await findLatestSavedRun(desk.db, model.modelId);
  return {
    id: model.modelId,
    status: 'healthy',
    lastBacktestMs: run?.finishedAtMs ?? null,
    performance: run === undefined ? 'no_data' : run.gatePass === true ? 'meeting_target' : 'below_target',
  };
}
