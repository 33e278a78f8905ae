/** Matrices with the leak check on, and a planted leak that must be refused. */
import { z } from 'zod';
import type { Journey } from '../journey.js';
import type { DemoModel } from '../series.js';

const Built = z.object({
  matrix_sha: z.string(),
  rows: z.number(),
  feature_columns: z.array(z.string()),
  label: z.object({ kind: z.string() }),
});

export async function buildMatrix({ screen, sigma }: Journey, model: DemoModel): Promise<string> {
  return screen.step(`matrix of ${model.modelId}`, async () => {
    const { start, end } = model.series;
    const body = { model_id: model.modelId, start, end };
    const built = Built.parse(await sigma.postBuildMatrix({ body }));
    const { matrix_sha: sha, rows, feature_columns: features, label } = built;
    const says = `${rows} rows, ${features.length} features, label ${label.kind}, no column sees the future; ${short(sha)}`;
    return { says, value: sha, facts: { matrix_sha: sha, rows, features: features.length } };
  });
}

/** As many digits as tell two apart at a glance. */
export const short = (sha: string) => sha.slice(0, 12);
