/** Exports on request: a job of the one stage, waited for as long as a client likes to wait (umiki.md 8). */
import { errors } from '#base/errors.js';
import { listZoneFiles } from '#store/zone-file.store.js';
import type { MarketDesk } from './desk.js';
import { sendPipeline } from './pipeline.service.js';

export interface ExportRequest {
  readonly dataset: string;
  readonly symbols: readonly string[];
  readonly force: boolean;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface ExportAnswer {
  readonly jobId: string;
  readonly status: 'completed' | 'running' | 'failed';
  readonly error: string | null;
  readonly symbols: readonly string[];
  readonly shards: number;
  readonly samples: number;
}

const WAIT_MS = 10_000;

/** Errors: derivedMissing for a symbol without bars; then nothing is exported. */
export async function exportShards(
  desk: Pick<MarketDesk, 'db' | 'queue' | 'ids' | 'root' | 'specDir' | 'inboxDirs'>,
  { dataset, symbols: given, force, from, to }: ExportRequest,
  signal?: AbortSignal,
): Promise<ExportAnswer> {
  const symbols = [...new Set(given)];
  const bars = await listZoneFiles(desk.db, { dataset, kind: 'bars_1m', fromDate: from, toDate: to });
  for (const symbol of symbols) if (!bars.some((file) => file.symbol === symbol)) throw errors.derivedMissing(symbol);
  const days = symbols.flatMap((symbol) => bars.filter((file) => file.symbol === symbol));
  const { job } = await sendPipeline(desk, {
    stages: ['export'],
    ...{ symbols, dataset, force },
    dates: [...new Set(days.map(({ date }) => date))].sort(),
    days: days.map(({ symbol, date }) => ({ dataset, symbol, date })),
  });
  const ended = await desk.queue.waitFor(job.id, WAIT_MS, signal);
  const shards = await listZoneFiles(desk.db, { dataset, kind: 'shard', fromDate: from, toDate: to });
  const own = shards.filter(({ symbol }) => symbols.includes(symbol));
  return {
    jobId: job.id,
    status: ended.status === 'completed' ? 'completed' : isOver(ended.status) ? 'failed' : 'running',
    error: ended.error?.message ?? (ended.status === 'cancelled' ? 'the export was cancelled' : null),
    symbols,
    shards: own.length,
    samples: own.reduce((sum, { nRecords }) => sum + nRecords, 0),
  };
}

const isOver = (status: string) => status === 'failed' || status === 'cancelled';
