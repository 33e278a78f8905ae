/** What the training data holds, and what a plain model makes of it. */
import { call } from '@almanac/sdk';
import { z } from 'zod';
import { sayCount } from '../../screen.js';
import type { Journey } from '../journey.js';
import { BOOK_DATASET, bookDays, WEEK_SYMBOL } from './days.js';

const Manifest = z.object({
  config: z.object({ features: z.array(z.string()) }),
  shards: z.array(z.object({ symbol: z.string(), date: z.string(), n_samples: z.number(), shard_hash: z.string() })),
  raw_hashes: z.array(z.object({ sha256: z.string() })),
  total_samples: z.number(),
});
const Ids = z.array(z.object({ id: z.string(), symbol: z.string(), date: z.string() }));
const Sha = z.object({ sha256: z.string() });

/** The manifest names each shard by the bytes it has on disk; a shard of another name is one that was changed behind its back. */
export async function checkManifest({ screen, umiki }: Journey): Promise<void> {
  await screen.step('training manifest', async () => {
    const query = { dataset: BOOK_DATASET };
    const manifest = Manifest.parse(await call(umiki.options, 'GET', '/api/export/manifest', { query }));
    const registered = Ids.parse(
      await call(umiki.options, 'GET', '/api/datasets', { query: { ...query, kind: 'shard' } }),
    );
    for (const { symbol, date } of bookDays) {
      const isDay = (one: { symbol: string; date: string }) => one.symbol === symbol && one.date === date;
      const shard = manifest.shards.find(isDay);
      const id = registered.find(isDay)?.id;
      if (shard === undefined || id === undefined) throw new Error(`No training shard of ${symbol} ${date}`);
      const { sha256 } = Sha.parse(await call(umiki.options, 'GET', '/api/datasets/{id}', { path: { id } }));
      if (sha256 !== shard.shard_hash) throw new Error(`The shard of ${symbol} ${date} is not the one of the manifest`);
    }
    const { shards, total_samples: samples, config, raw_hashes: raws } = manifest;
    const says = `${shards.length} shards, ${sayCount(samples)} samples of ${config.features.length} features, hashes as registered, ${raws.length} raw hashes`;
    return { says, value: undefined, facts: { manifest } };
  });
}

const Baseline = z.object({
  n_train: z.number(),
  n_test: z.number(),
  regression: z.object({ mse_ratio: z.number().nullable(), r2: z.number().nullable() }),
  classification: z.object({
    accuracy: z.number(),
    naive_accuracy: z.number(),
    lift_over_naive: z.number(),
    class_accuracy: z.record(z.string(), z.number()),
  }),
});

/** Ridge and a logit on the samples in the order of time, beside guessing. */
export async function showBaseline({ screen, umiki }: Journey): Promise<void> {
  const { regression, classification } = await screen.step(`baseline of ${WEEK_SYMBOL}`, async () => {
    const query = { symbol: WEEK_SYMBOL, dataset: BOOK_DATASET };
    const value = Baseline.parse(await call(umiki.options, 'GET', '/api/data/baseline', { query }));
    const says = `learned from ${sayCount(value.n_train)} minutes, judged on the ${sayCount(value.n_test)} that follow`;
    return { says, value, facts: { baseline: value } };
  });
  const share = (value: number) => `${(100 * value).toFixed(1)}%`;
  const figure = (value: number | null) => (value === null ? '-' : value.toFixed(4));
  screen.line(
    `  the next minute's return, by ridge: error ${figure(regression.mse_ratio)} of the mean's, r2 ${figure(regression.r2)}`,
  );
  const { accuracy, naive_accuracy: naive, lift_over_naive: lift, class_accuracy: classes } = classification;
  const found = ['-1', '0', '1'].flatMap((name) =>
    classes[name] === undefined ? [] : [`${name}: ${share(classes[name])}`],
  );
  screen.line(
    `  its direction, by logit: ${share(accuracy)} right, ${share(naive)} by always saying the most frequent, lift ${share(lift)}`,
  );
  screen.line(`  found of each direction: ${found.join(', ')}`);
}
