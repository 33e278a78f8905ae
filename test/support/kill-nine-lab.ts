/** What clients of the strategy lab do while the server is killed: one sweep and one training in flight at all times. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Writer } from './kill-nine.js';
import { askLab, isOver, makeModel, mustAsk, postAapl, untilOver } from './lab.js';

const SPLITS = 4;
const SWEEP = { thresholds: [0.4, 0.45, 0.5], top_pct: [10, 50] };
const CONFIGS = SWEEP.thresholds.length * SWEEP.top_pct.length;
/** A job whose worker is dead is back within 15 s, and others may stand before it. */
const OVER_WITHIN_MS = 90_000;
const NEXT_AFTER_MS = 20_000;

interface Urls {
  readonly sigma: string;
  readonly stage1: string;
}

/**
 * Sweeps: what was accepted finishes under its id, with every configuration once and the very bytes of an undisturbed
 * run. All of them try the same configurations on one matrix, so the trials that each answers for are the same.
 */
export function sweepWriter(): Writer {
  let model = '';
  const tagOf = (n: number) => `kill-nine-${n}`;
  const bodyOf = (tag: string) => ({ model_id: model, sweep: SWEEP, splits: SPLITS, embargo: 0.01, tag });
  const inFlight = oneAtATime();
  let undisturbed: Member[] = [];
  return {
    name: 'sweeps',
    async prepare({ sigma }) {
      await postAapl(sigma);
      model = (await makeModel(sigma, 'kill_nine_sweep', { model: 'logit' })).modelId;
      const { sweep_id } = await mustAsk(sigma, '/backtest_sweep', bodyOf('undisturbed'));
      await untilOver(sigma, sweep_id, OVER_WITHIN_MS);
      undisturbed = await membersOf(sigma, sweep_id);
      if (undisturbed.length !== CONFIGS) throw new Error(`the undisturbed sweep has ${undisturbed.length} members`);
    },
    async write({ sigma }, n) {
      await inFlight.wait(sigma);
      const { status, json } = await askLab(sigma, '/backtest_sweep', bodyOf(tagOf(n)));
      if (status !== 200) return false;
      inFlight.note(json.sweep_id);
      return true;
    },
    async check(urls, acknowledged) {
      const { sigma } = urls;
      const sweeps = await listAll(sigma, `/sweeps?model_id=${model}`);
      const byTag = new Map(sweeps.map((sweep) => [sweep['tag'], sweep['sweep_id'] as string]));
      const broken = acknowledged
        .filter((n) => !byTag.has(tagOf(n)))
        .map((n) => `sweep ${n} was acknowledged and is lost`);
      if (byTag.size !== sweeps.length) broken.push(`${sweeps.length} sweeps under ${byTag.size} tags`);
      // Those whose acknowledgement was lost with the server are held to the same.
      for (const [tag, sweepId] of byTag) broken.push(...(await checkSweep(urls, String(tag), sweepId, undisturbed)));
      return broken;
    },
  };
}

async function checkSweep(urls: Urls, tag: string, sweepId: string, wanted: readonly Member[]): Promise<string[]> {
  const end = await endOf(urls.sigma, sweepId);
  if (end !== 'completed') return [`sweep ${tag} ended as ${end}`];
  const members = await membersOf(urls.sigma, sweepId);
  const broken: string[] = [];
  if (JSON.stringify(members.map(nameless)) !== JSON.stringify(wanted.map(nameless)))
    return [`sweep ${tag} is not the undisturbed one: ${JSON.stringify(members.map(nameless))}`];
  const ranked = await listAll(urls.sigma, `/leaderboard?tag=${tag}`);
  const idsRanked = ranked.map((row) => String(row['backtest_id'])).sort();
  if (
    idsRanked.join() !==
    members
      .map(({ backtestId }) => backtestId)
      .sort()
      .join()
  )
    broken.push(`sweep ${tag} has ${idsRanked.length} rows on the leaderboard, ${new Set(idsRanked).size} different`);
  for (const member of members) broken.push(...(await checkStage1Run(urls.stage1, member)));
  return broken;
}

/** The run that Stage1 shows: all its folds, and one prediction for each bar that was judged. */
async function checkStage1Run(stage1: string, { backtestId, bars }: Member): Promise<string[]> {
  const run = await mustAsk(stage1, `/api/runs/${backtestId}`);
  const predictions = await mustAsk(stage1, `/api/questdb/measurement/wf_${backtestId}`);
  const broken: string[] = [];
  if (run.folds?.length !== SPLITS) broken.push(`run ${backtestId} has ${run.folds?.length} of ${SPLITS} folds`);
  if (predictions.row_count !== bars)
    broken.push(`run ${backtestId} has ${predictions.row_count} of ${bars} predictions`);
  return broken;
}

interface Member {
  readonly params: unknown;
  readonly metrics: unknown;
  readonly resultSha: string;
  readonly backtestId: string;
  readonly bars: number;
}

/** Everything but the id, which is the sweep's own. */
const nameless = ({ params, metrics, resultSha }: Member) => ({ params, metrics, resultSha });

async function membersOf(sigma: string, sweepId: string): Promise<Member[]> {
  const results = await listAll(sigma, `/sweeps/${sweepId}/results`);
  return Promise.all(
    results.map(async ({ params, backtest_id, error }) => {
      if (backtest_id === null) return { params, metrics: error, resultSha: '', backtestId: '', bars: 0 };
      const run = await mustAsk(sigma, `/backtests/${backtest_id}`);
      const { metrics, result_sha } = run;
      return { params, metrics, resultSha: result_sha, backtestId: String(backtest_id), bars: metrics?.bars };
    }),
  );
}

/** Trainings: what was accepted finishes under its id, once, with the bytes of an undisturbed one. */
export function trainingWriter(): Writer {
  let model = '';
  const tagOf = (n: number) => `kill-nine-${n}`;
  const bodyOf = (tag: string) => ({ model_id: model, config: { seed: 7 }, tag });
  const inFlight = oneAtATime();
  let undisturbed = '';
  return {
    name: 'trainings',
    async prepare({ sigma }) {
      await postAapl(sigma);
      model = (await makeModel(sigma, 'kill_nine_train', { model: 'logit' })).modelId;
      const { job_id } = await mustAsk(sigma, '/train', bodyOf('undisturbed'));
      await untilOver(sigma, job_id, OVER_WITHIN_MS);
      undisturbed = (await mustAsk(sigma, `/train/jobs/${job_id}`)).model_sha;
      if (typeof undisturbed !== 'string') throw new Error('the undisturbed training made no model');
    },
    async write({ sigma }, n) {
      await inFlight.wait(sigma);
      const { status, json } = await askLab(sigma, '/train', bodyOf(tagOf(n)));
      if (status !== 200) return false;
      inFlight.note(json.job_id);
      return true;
    },
    async check({ sigma }, acknowledged) {
      const trainings = await listAll(sigma, `/training_runs?model_id=${model}`);
      const byTag = new Map(trainings.map((run) => [run['tag'], run['job_id'] as string]));
      const broken = acknowledged
        .filter((n) => !byTag.has(tagOf(n)))
        .map((n) => `training ${n} was acknowledged and is lost`);
      if (byTag.size !== trainings.length) broken.push(`${trainings.length} trainings under ${byTag.size} tags`);
      for (const [tag, jobId] of byTag) {
        const end = await endOf(sigma, jobId);
        const { status, model_sha } = await mustAsk(sigma, `/train/jobs/${jobId}`);
        if (end !== 'completed' || status !== 'completed') broken.push(`training ${tag} ended as ${end}, ${status}`);
        else if (model_sha !== undisturbed) broken.push(`training ${tag} made other bytes than the undisturbed one`);
      }
      return broken;
    },
  };
}

/** A flood would only make the end longer: the next is sent when the last has ended, whoever was killed in between. */
function oneAtATime() {
  let last: string | undefined;
  return {
    note(jobId: string) {
      last = jobId;
    },
    /** Gives up in the end: whether the last one is stuck is for the check to say. */
    async wait(sigma: string) {
      const giveUpAt = performance.now() + NEXT_AFTER_MS;
      while (last !== undefined && performance.now() < giveUpAt) {
        const { status, json } = await askLab(sigma, `/jobs/${last}`);
        if (status !== 200 || isOver(json.job.status)) return;
        await sleep(50);
      }
    },
  };
}

/**
 * How the job ended. One whose worker was killed at each of its attempts ends as INTERRUPTED (sigma.md 4), which is a promise
 * as well: that its owner may have it retried, and that it then finishes under the same id.
 */
async function endOf(sigma: string, jobId: string): Promise<string> {
  let job = await untilOver(sigma, jobId, OVER_WITHIN_MS);
  if (job.status === 'failed' && job.error?.code === 'INTERRUPTED') {
    await mustAsk(sigma, `/jobs/${jobId}/retry`, {});
    job = await untilOver(sigma, jobId, OVER_WITHIN_MS);
  }
  return job.status === 'failed' ? `failed: ${JSON.stringify(job.error)}` : job.status;
}

const PAGE = 200;

async function listAll(sigma: string, path: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for (;;) {
    const sign = path.includes('?') ? '&' : '?';
    const { items, total } = await mustAsk(sigma, `${path}${sign}limit=${PAGE}&offset=${found.length}`);
    found.push(...items);
    if (found.length >= total || items.length === 0) return found;
  }
}
