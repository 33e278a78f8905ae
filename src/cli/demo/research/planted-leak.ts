/** A leak on purpose: the return that is to be predicted, asked for as a feature. It must be shown, and it must be refused. */
import { ApiError } from '@almanac/sdk';
import { z } from 'zod';
import type { Journey } from '../journey.js';
import { modelsOfDemo } from '../series.js';

/** What the label is made from: only tomorrow knows it. */
const LEAK = 'ret_fwd';

const Preview = z.object({
  ok: z.boolean(),
  qa: z.object({ leakage: z.object({ ok: z.boolean(), flags: z.array(z.object({ column: z.string() })) }) }),
});

export async function plantLeak({ screen, sigma }: Journey): Promise<void> {
  const { modelId, series } = modelsOfDemo[0]!;
  const body = { model_id: modelId, start: series.start, end: series.end, features: ['rsi_14', LEAK] };

  await screen.step('a planted leak is shown by the preview', async () => {
    const { ok, qa } = Preview.parse(await sigma.postPreviewMatrix({ body }));
    const isFlagged = qa.leakage.flags.some(({ column }) => column === LEAK);
    if (ok || qa.leakage.ok || !isFlagged) throw new Error(`${LEAK} as a feature went through unseen`);
    return { says: `${LEAK} as a feature: flagged`, value: undefined };
  });

  await screen.step('and refused by the build', async () => {
    const failure = await sigma.postBuildMatrix({ body }).catch((error: unknown) => error);
    if (!(failure instanceof ApiError)) throw new Error(`${LEAK} as a feature was built into a matrix`);
    if (codeOf(failure) !== 'LEAKAGE') throw failure;
    return { says: failure.message.replace(/^.*: 400 /, ''), value: undefined };
  });
}

const Failure = z.object({ error: z.object({ code: z.string() }) });

const codeOf = ({ body }: ApiError): string | undefined => Failure.safeParse(body).data?.error.code;
