/** Training: fitted on all rows, judged out of fold. */
import { z } from 'zod';
import type { Journey } from '../journey.js';
import type { DemoModel } from '../series.js';
import { runJob } from '../sigma-job.js';
import { short } from './matrices.js';

const Accepted = z.object({ job_id: z.string() });
const Trained = z.object({
  model_sha: z.string(),
  metrics: z.object({
    log_loss: z.number().nullable(),
    accuracy: z.number().nullable(),
    baseline: z.object({ log_loss: z.number().nullable(), accuracy: z.number().nullable() }),
  }),
});

export async function train(journey: Journey, model: DemoModel, matrixSha: string): Promise<void> {
  await journey.screen.step(`train ${model.modelId} (${model.algo})`, async (progress) => {
    const body = { model_id: model.modelId, matrix_sha: matrixSha, reuse: true };
    const { job_id: id } = Accepted.parse(await runJob(journey, '/train', body, progress));
    const { model_sha: sha, metrics } = Trained.parse(
      await journey.sigma.getTrainJobsByJobId({ path: { job_id: id } }),
    );
    const says = `out of fold: log loss ${show(metrics.log_loss)} (guessing the class shares: ${show(metrics.baseline.log_loss)}); ${short(sha)}`;
    return { says, value: undefined, facts: { model_sha: sha, metrics } };
  });
}

const show = (value: number | null) => (value === null ? '-' : value.toFixed(4));
