/** A large sweep as its parts: what is cut, what each wave hands to the next, and how the parts become the sweep again. */
import { AppError, errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Job } from '#jobs/job.js';
import { type JobContext, waitsForParts } from '#jobs/job-type.js';
import type { Sweep } from '#store/sweep.store.js';
import { inTransaction } from '#store/transaction.js';
import type { TrialCount } from './backtest-document.js';
import type { StrategyDesk } from './desk.js';
import { reopenModel } from './model-access.js';
import { readTrialCount } from './record-backtest.js';
import { kindOf } from './run-failure.js';
import { groupByHours } from './run-folds.js';
import { readMembers, readTried } from './sweep-handover.js';
import { readSweep } from './sweep-member.js';
import { finishSweep } from './sweep-report.js';

/** Long enough that opening the matrix for each does not count, short enough that four workers end together. */
const PART_CONFIGS = 50;

/** The kinds of the two waves, in their order. */
export const WAVES = { try: 'sweep_try', record: 'sweep_record' } as const;
type Wave = keyof typeof WAVES;

export type PartPayload = {
  readonly sweep_id: string;
  /** Places in the grid. */
  readonly positions: readonly number[];
  /** What the members are judged by; null while that is being counted. */
  readonly trials: { readonly count: number; readonly sharpe_std: number } | null;
  /** The same in all parts of a wave. */
  readonly sent_at_ms: number;
};

type PartsDesk = Pick<StrategyDesk, 'sweepPartConfigs'>;
const partSize = ({ sweepPartConfigs = PART_CONFIGS }: PartsDesk) => sweepPartConfigs;

/** What would make a single part stays whole. */
export const isCut = (desk: PartsDesk, { totalConfigs }: Sweep) => totalConfigs >= 2 * partSize(desk);

/** Goes as far as the parts that are over allow, and waits for the next. Twice is once: what was sent is there. */
export async function runInParts(
  desk: StrategyDesk,
  sweep: Sweep,
  { job, signal, progress }: JobContext<JsonObject>,
): Promise<JsonObject | typeof waitsForParts> {
  const parts = await desk.queue.parts(desk.db, job.id);
  throwBroken(sweep, parts);
  const tried = parts.filter(({ kind }) => kind === WAVES.try);
  const recorded = parts.filter(({ kind }) => kind === WAVES.record);
  if (tried.length === 0) {
    progress(0, 2 * sweep.totalConfigs);
    return send(desk, sweep, job, 'try', null);
  }
  if (!areOver(tried)) return waitsForParts;
  if (recorded.length === 0) return send(desk, sweep, job, 'record', await readTrialCount(desk, sweep));
  if (!areOver(recorded)) return waitsForParts;
  const returns = await readTried(desk, sweep);
  const pbo = await desk.compute.run('overfitting', { all: returns }, { signal });
  const members = await readMembers(desk, sweep);
  return finishSweep(desk, await reopenModel(desk, sweep.modelId), sweep, readSweep(sweep).plan, members, pbo);
}

const areOver = (parts: readonly Job[]) => parts.every(({ status }) => status === 'completed');

/** A part says what befell it as the whole would have: its details stand in the sweep's row. */
function throwBroken(sweep: Sweep, parts: readonly Job[]): void {
  const broken = parts.find(({ status }) => status === 'failed' || status === 'cancelled');
  if (broken === undefined) return;
  if (broken.error === null) throw errors.cancelled();
  const { code, message } = broken.error;
  const known = sweep.error?.code === code ? sweep.error : { kind: kindOf(code), detail: {} };
  throw new AppError(known.kind as AppError['kind'], code, message, known.detail);
}

async function send(
  desk: StrategyDesk,
  sweep: Sweep,
  job: Job,
  wave: Wave,
  trials: TrialCount | null,
): Promise<typeof waitsForParts> {
  const slices = cut(readSweep(sweep).configs, partSize(desk));
  const sentAtMs = desk.clock.nowMs();
  await inTransaction(desk.db, async (tx) => {
    for (const [at, positions] of slices.entries()) {
      const payload: PartPayload = {
        sweep_id: sweep.sweepId,
        positions,
        trials: trials === null ? null : { count: trials.count, sharpe_std: trials.sharpeStd },
        sent_at_ms: sentAtMs,
      };
      await desk.queue.send(tx, {
        id: partId(sweep.sweepId, wave, at),
        kind: WAVES[wave],
        payload,
        surface: job.surface,
        ownerId: job.ownerId,
        subject: job.subject,
        total: positions.length,
        needs: wave === 'record' && sweep.spec['save'] === true ? 'measurements' : 'nothing',
        parentId: job.id,
      });
    }
  });
  desk.queue.wake();
  return waitsForParts;
}

/** In the order of the slices, which is that of their names: what was sent together is claimed so. */
const partId = (sweepId: string, wave: Wave, at: number) => `${sweepId}.${wave}.${String(at).padStart(3, '0')}`;

/** Places in the grid, one set of hours after the other, in slices of nearly the same size. */
export function cut(configs: Parameters<typeof groupByHours>[0], size: number): number[][] {
  const places = groupByHours(configs).flatMap(({ members }) => members);
  const count = Math.ceil(places.length / size);
  const edge = (at: number) => Math.round((at * places.length) / count);
  return Array.from({ length: count }, (_, at) => places.slice(edge(at), edge(at + 1)));
}
