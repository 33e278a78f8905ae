/** Pipeline jobs as people ask for them: made, looked at, cancelled, begun again. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { writeFileDurably } from '#data/files/durable.js';
import type { MarketDay } from '#data/zones/zone-path.js';
import type { Job, JobStatus } from '#jobs/job.js';
import {
  countSteps,
  insertSteps,
  type JobLogLine,
  listJobLog,
  listSteps,
  type PipelineStep,
  type StepCount,
} from '#store/pipeline-step.store.js';
import { inTransaction } from '#store/transaction.js';
import type { MarketDesk } from './desk.js';
import { planDays } from './plan.js';
import { type DatesGiven, emptySpec, readSpec, type Spec } from './spec.js';
import { DEFAULT_DATASET, DEFAULT_STAGES, inOrder, PIPELINE_JOB, type Stage } from './vocabulary.js';

export interface PipelineRequest {
  /** A file's name, the text itself, or an object; what the other members say goes before it. */
  readonly spec?: string | JsonObject | null | undefined;
  readonly stages?: readonly Stage[] | null | undefined;
  readonly symbols?: readonly string[] | null | undefined;
  readonly dataset?: string | undefined;
  readonly dates?: DatesGiven | null | undefined;
  readonly extended?: boolean | undefined;
  readonly force?: boolean | undefined;
  /** Exactly these days, whatever else there is. */
  readonly days?: readonly MarketDay[] | undefined;
}

/** What a pipeline job carries; it is told on the wire as it stands here. */
export type PipelinePayload = JsonObject & {
  readonly stages: readonly Stage[];
  readonly symbols: readonly string[] | null;
  readonly dataset: string;
  readonly dates: DatesGiven | null;
  readonly extended: boolean;
  readonly force: boolean;
  readonly spec: JsonObject;
  readonly spec_path: string | null;
  /** Why there is nothing to do. */
  readonly nothing: string | null;
};

export interface PipelineJob {
  readonly job: Job;
  readonly payload: PipelinePayload;
  readonly count: StepCount;
}

export type { PipelineStep } from '#store/pipeline-step.store.js';

type Desk = Pick<MarketDesk, 'db' | 'queue' | 'ids' | 'root' | 'specDir' | 'inboxDirs'>;

/** Plans the steps and sends the job, in one transaction. Errors: specInvalid, inboxRefused, invalidParameter. */
export async function sendPipeline(desk: Desk, request: PipelineRequest): Promise<PipelineJob> {
  const spec = request.spec == null ? emptySpec() : await readSpec(desk.specDir, request.spec);
  const hasSpec = request.spec != null;
  return sendWith(desk, {
    spec,
    hasSpec,
    stages: inOrder(request.stages ?? spec.stages ?? DEFAULT_STAGES),
    symbols: request.symbols ?? spec.symbols ?? null,
    dataset: request.dataset ?? spec.dataset ?? DEFAULT_DATASET,
    dates: request.dates ?? spec.dates ?? null,
    extended: request.extended ?? spec.extended ?? false,
    force: request.force ?? spec.force ?? false,
    days: request.days,
  });
}

interface Settled {
  readonly spec: Spec;
  readonly hasSpec: boolean;
  readonly stages: readonly Stage[];
  readonly symbols: readonly string[] | null;
  readonly dataset: string;
  readonly dates: DatesGiven | null;
  readonly extended: boolean;
  readonly force: boolean;
  readonly days?: readonly MarketDay[] | undefined;
}

async function sendWith(desk: Desk, { spec, hasSpec, days, ...asked }: Settled): Promise<PipelineJob> {
  const symbols = asked.symbols === null ? null : [...new Set(asked.symbols)];
  const plan =
    days === undefined
      ? await planDays(desk, { ...asked, symbols, source: spec.source })
      : { symbols: symbols ?? [], days, nothing: days.length > 0 ? null : 'no day to work on' };
  const id = desk.ids.uuid();
  const specPath = hasSpec ? await keepSpec(desk.root, id, spec) : null;
  const payload: PipelinePayload = {
    ...asked,
    stages: [...asked.stages],
    symbols: symbols ?? (plan.symbols.length > 0 ? plan.symbols : null),
    spec: spec as JsonObject,
    spec_path: specPath,
    nothing: plan.nothing,
  };
  const steps = plan.days.flatMap(({ symbol, date }) =>
    asked.stages.map((stage) => ({ jobId: id, stage, symbol, date })),
  );
  const job = await inTransaction(desk.db, async (tx) => {
    const sent = await desk.queue.send(tx, {
      id,
      kind: PIPELINE_JOB,
      surface: 'umiki',
      payload,
      total: steps.length,
      subject: { dataset: asked.dataset },
      message: `${asked.stages.join(', ')} of ${plan.days.length} days`,
    });
    await insertSteps(tx, steps);
    return sent;
  });
  desk.queue.wake();
  return { job, payload, count: { done: 0, total: steps.length, current: null } };
}

/** The file first, then the row that names it. */
async function keepSpec(root: string, id: string, spec: Spec): Promise<string> {
  const path = `jobs/${id}/spec.json`;
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFileDurably(join(root, path), `${JSON.stringify(spec, null, 2)}\n`);
  return path;
}

/** Newest first. */
export async function listPipelines(
  desk: Pick<Desk, 'db' | 'queue'>,
  {
    status,
    limit,
    offset,
  }: { status?: JobStatus | undefined; limit?: number | undefined; offset?: number | undefined },
): Promise<PipelineJob[]> {
  const filter = { kinds: [PIPELINE_JOB], ...(status === undefined ? {} : { status }) };
  const { items } = await desk.queue.list(desk.db, filter, { limit: limit ?? 100_000, offset: offset ?? 0 });
  const counts = await countSteps(
    desk.db,
    items.map(({ id }) => id),
  );
  return items.map((job) => viewOf(job, counts));
}

/** Errors: pipelineJobMissing. */
export async function getPipeline(
  desk: Pick<Desk, 'db' | 'queue'>,
  id: string,
): Promise<PipelineJob & { readonly steps: readonly PipelineStep[] }> {
  const job = await findPipeline(desk, id);
  const [counts, steps] = await Promise.all([countSteps(desk.db, [id]), listSteps(desk.db, id)]);
  return { ...viewOf(job, counts), steps };
}

async function findPipeline({ db, queue }: Pick<Desk, 'db' | 'queue'>, id: string): Promise<Job> {
  const job = await queue.find(db, id);
  if (job === undefined || job.kind !== PIPELINE_JOB) throw errors.pipelineJobMissing(id);
  return job;
}

const viewOf = (job: Job, counts: ReadonlyMap<string, StepCount>): PipelineJob => ({
  job,
  // Written by sendWith alone, so it has this shape.
  payload: job.payload as PipelinePayload,
  count: counts.get(job.id) ?? { done: 0, total: 0, current: null },
});

/** A new job with the old one's arguments. Errors: pipelineJobMissing. */
export async function retryPipeline(desk: Desk, id: string): Promise<PipelineJob> {
  const { payload } = viewOf(await findPipeline(desk, id), new Map());
  return sendWith(desk, {
    // It was a valid one when it was stored.
    spec: payload.spec as object as Spec,
    hasSpec: payload.spec_path !== null,
    stages: payload.stages,
    symbols: payload.symbols,
    dataset: payload.dataset,
    dates: payload.dates,
    extended: payload.extended,
    force: payload.force,
  });
}

/** Errors: pipelineJobMissing, jobFinal. */
export async function cancelPipeline(
  desk: Pick<Desk, 'db' | 'queue'>,
  id: string,
): Promise<PipelineJob & { readonly steps: readonly PipelineStep[] }> {
  await findPipeline(desk, id);
  await desk.queue.cancel(desk.db, id);
  return getPipeline(desk, id);
}

/** Errors: pipelineJobMissing. */
export async function readPipelineLog(
  desk: Pick<Desk, 'db' | 'queue'>,
  id: string,
  afterLineId = 0,
): Promise<{ readonly job: Job; readonly lines: readonly JobLogLine[] }> {
  const job = await findPipeline(desk, id);
  return { job, lines: await listJobLog(desk.db, id, afterLineId) };
}
