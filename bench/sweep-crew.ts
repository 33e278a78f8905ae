/** One sweep through worker processes of a real server: how many configurations a second, and the same bytes from any number of them. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { FEATURES, makeModel, mustAsk, postAapl, untilOver } from '../test/support/lab.js';
import { makeDataDir, removeDataDir, startTestServer, startTestWorker } from '../test/support/server.js';
import { readCpuMs } from './server-process.js';

export interface SweepPlan {
  readonly thresholds: number;
  readonly topPct: number;
  readonly crews: readonly number[];
}

interface SweepFigures {
  readonly figures: Record<string, number>;
  /** Of every configuration's result. */
  readonly hash: string;
}

const OVER_WITHIN_MS = 600_000;

/** The sweep is saved nowhere, so that the workers may do all of it; each crew has a model of its own, untried. */
export async function sweepThroughCrews(databaseUrl: string, plan: SweepPlan): Promise<SweepFigures> {
  if (!existsSync('dist/cli/main.js')) throw new Error('dist is not there: run `npm run build` first');
  const dataDir = await makeDataDir();
  const shared = { DATABASE_URL: databaseUrl, ALMANAC_RATE_LIMIT: 'off', ALMANAC_SECRET_KEY: 'k'.repeat(32) };
  const server = await startTestServer(dataDir, { ...shared, ALMANAC_WORKERS: '0' });
  try {
    const { sigma } = server.url;
    await postAapl(sigma);
    const figures: Record<string, number> = {};
    const hashes = new Set<string>();
    for (const crew of plan.crews) {
      const env = { ...shared, ALMANAC_WORKERS: '1', ALMANAC_JOBS: '1' };
      const workers = await Promise.all(Array.from({ length: crew }, () => startTestWorker(dataDir, env)));
      const cpuMs = () => workers.reduce((sum, { pid }) => sum + (readCpuMs(pid) ?? 0), 0);
      const order = async (name: string) => {
        const { modelId } = await makeModel(sigma, name, { model: 'logit', features: FEATURES });
        return () =>
          mustAsk(sigma, '/backtest_sweep', {
            ...{ model_id: modelId, sweep: gridOf(plan), splits: 4, embargo: 0.01, tag: name, save: false },
          });
      };
      // Workers run for days: what is measured is none of their first minute.
      const first = await order(`first_${crew}`);
      await untilOver(sigma, (await first()).sweep_id, OVER_WITHIN_MS);
      const send = await order(`sweep_${crew}`);
      const before = cpuMs();
      const began = performance.now();
      const { sweep_id, total_configs: configs } = await send();
      const { status } = await untilOver(sigma, sweep_id, OVER_WITHIN_MS);
      const ms = performance.now() - began;
      if (status !== 'completed') throw new Error(`the sweep of ${crew} workers ${status}`);
      figures[`sweep_configs_per_s_${crew}`] = Math.round((10_000 * configs) / ms) / 10;
      figures[`sweep_worker_cpu_ms_${crew}`] = Math.round(cpuMs() - before);
      hashes.add(await hashOf(sigma, sweep_id));
      await Promise.all(workers.map((worker) => worker.stop()));
    }
    if (hashes.size !== 1) throw new Error('crews of different sizes came to different results');
    return { figures, hash: [...hashes][0]! };
  } finally {
    await server.stop();
    await removeDataDir(dataDir);
  }
}

const gridOf = ({ thresholds, topPct }: SweepPlan) => ({
  thresholds: Array.from({ length: thresholds }, (_, n) => (350 + n * 8) / 1000),
  top_pct: Array.from({ length: topPct }, (_, n) => 2 + 2 * n),
});

async function hashOf(sigma: string, sweepId: string): Promise<string> {
  const { items } = await mustAsk(sigma, `/sweeps/${sweepId}/results?limit=500`);
  const told = (items as Record<string, unknown>[]).map(({ params, metrics, result }) => ({ params, metrics, result }));
  return createHash('sha256').update(JSON.stringify(told)).digest('hex');
}
