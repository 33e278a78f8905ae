/** The job that walks the steps of a pipeline: one symbol at a time under its lock, every step once, however often it is begun. */
import { AppError, errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { defineJob, type JobContext } from '#jobs/job-type.js';
import { withLock } from '#store/advisory-lock.js';
import {
  appendJobLog,
  endStep,
  type LogLevel,
  listSteps,
  type PipelineStep,
  resetRunningSteps,
  startStep,
} from '#store/pipeline-step.store.js';
import type { MarketDesk } from './desk.js';
import type { PipelinePayload } from './pipeline.service.js';
import { runStage } from './run-stage.js';
import type { Spec } from './spec.js';
import type { StageOrder } from './stage.js';
import { PIPELINE_JOB, type Stage } from './vocabulary.js';

export const pipelineJob = (desk: MarketDesk) =>
  defineJob<PipelinePayload, JsonObject>({
    name: PIPELINE_JOB,
    // Safe: files are put in place whole and named by what they were made from, and a step ends in the transaction that registers them.
    // A long day is killed more than once when its machine is restarted often; a hundred ends what takes the server down by itself.
    attemptsMax: 100,
    timeoutMs: 7 * 24 * 3_600_000,
    // What is derived becomes a measurement.
    needs: 'measurements',
    run: (context) => walk(desk, context),
    afterEnd: (job) => resetRunningSteps(desk.db, job.id),
  });

async function walk(desk: MarketDesk, context: JobContext<PipelinePayload>): Promise<JsonObject> {
  const { job, payload, signal } = context;
  await resetRunningSteps(desk.db, job.id);
  const steps = await listSteps(desk.db, job.id);
  if (steps.length === 0) throw errors.noInput(payload.nothing ?? 'there is nothing to do');
  const say = (level: LogLevel, message: string) => appendJobLog(desk.db, { jobId: job.id, level, message });
  const progress = counterOf(context, steps);
  for (const symbol of new Set(steps.map((step) => step.symbol))) {
    const own = steps.filter((step) => step.symbol === symbol && step.status === 'pending');
    if (own.length === 0) continue;
    // Another job of this symbol would read what this one writes.
    await withLock(desk.db, `almanac.pipeline ${payload.dataset} ${symbol}`, signal, async () => {
      for (const step of own) {
        signal.throwIfAborted();
        await take(desk, { step, payload, signal, say, hear: progress.within(step) });
        progress.done();
      }
    });
  }
  return verdict(await listSteps(desk.db, job.id));
}

interface Take {
  readonly step: PipelineStep;
  readonly payload: PipelinePayload;
  readonly signal: AbortSignal;
  readonly say: (level: LogLevel, message: string) => Promise<void>;
  readonly hear: (done: number, total: number) => void;
}

const nameOf = ({ stage, symbol, date }: Pick<PipelineStep, 'stage' | 'symbol' | 'date'>) =>
  `${stage} ${symbol} ${date}`;

/** What is wrong with the data fails the step; what is wrong with the house ends this try, and the job is begun again. */
async function take(desk: MarketDesk, { step, payload, signal, say, hear }: Take): Promise<void> {
  await startStep(desk.db, step);
  const order: StageOrder = {
    stage: step.stage as Stage,
    day: { dataset: payload.dataset, symbol: step.symbol, date: step.date },
    // It was checked when the job was made.
    spec: payload.spec as object as Spec,
    extended: payload.extended,
    force: payload.force,
    signal,
    hear,
    warn: (message) => say('warning', `${nameOf(step)}: ${message}`),
  };
  try {
    const outcome = await runStage(desk, order, (tx, end) => endStep(tx, step, end).then(() => {}));
    const said = outcome.message === null ? '' : `: ${outcome.message}`;
    await say('info', `${nameOf(step)} ${outcome.status}${said}`);
  } catch (error) {
    if (signal.aborted || !isOfTheData(error)) throw error;
    await endStep(desk.db, step, { status: 'failed', nRecords: null, message: sayOf(desk, step, error) });
    await say('error', `${nameOf(step)} failed: ${sayOf(desk, step, error)}`);
  }
}

/** A database that went away says nothing of the day. A mistake of ours does: it would be met again. */
const isOfTheData = (error: unknown) =>
  !(error instanceof AppError && error.code === 'database_unavailable') && !isAway(error);

/** How the database's driver says that the server went away. */
const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  (/Connection terminated|ECONNREFUSED|ECONNRESET|EPIPE|timeout exceeded when trying to connect/.test(error.message) ||
    /^(57P0|08|53300)/.test(String((error as { code?: unknown }).code ?? '')));

function sayOf(desk: Pick<MarketDesk, 'log'>, step: PipelineStep, error: unknown): string {
  if (error instanceof AppError && error.kind !== 'broken') return error.message.split('\n')[0]!;
  desk.log.error({ step: nameOf(step), jobId: step.jobId, err: error }, 'a pipeline step broke');
  return 'internal error; the log has its cause';
}

/** One failed step fails the job, at its end; the first one says why. */
function verdict(steps: readonly PipelineStep[]): JsonObject {
  const failed = steps.find(({ status }) => status === 'failed');
  if (failed !== undefined) throw errors.pipelineFailed(`${nameOf(failed)}: ${failed.message ?? 'it failed'}`);
  const count = (status: PipelineStep['status']) => steps.filter((step) => step.status === status).length;
  return { completed: count('completed'), skipped: count('skipped') };
}

function counterOf({ progress }: JobContext<PipelinePayload>, steps: readonly PipelineStep[]) {
  let done = steps.filter(({ status }) => status !== 'pending').length;
  return {
    within: (step: PipelineStep) => (part: number, whole: number) => {
      const percent = whole > 0 ? ` ${Math.floor((100 * part) / whole)}%` : '';
      progress(done, steps.length, `${nameOf(step)}${percent}`);
    },
    done() {
      done++;
      progress(done, steps.length);
    },
  };
}
