import { expect, it } from 'vitest';
import { openUmikiHouse, type UmikiHouse } from './umiki-house.js';

const DAYS = ['2026-02-02', '2026-02-03'];
const SYMBOLS = ['AAPL', 'NVDA'];
const STAGES = ['download', 'decode', 'derive', 'qc', 'export'];

/** Every file's bytes, and the manifest without its time. */
async function bytesOf(house: UmikiHouse) {
  const { json } = await house.get('/api/datasets');
  const files = await Promise.all(json.map(({ id }: { id: string }) => house.get(`/api/datasets/${id}`)));
  const { created_at: _, ...manifest } = (await house.get('/api/export/manifest')).json;
  const reports = (await house.get('/api/qc')).json.map(
    ({ created_at: __, ...report }: { created_at: string }) => report,
  );
  return { files: files.map(({ json: file }) => [file.file_path, file.sha256]), manifest, reports };
}

const spec = { version: 1, source: { type: 'synthetic', seed: 5, events: 30_000 } };

it('gives the same bytes with one worker and with two, in one job and in many at once', {
  timeout: 120_000,
}, async () => {
  const one = await openUmikiHouse({ workers: 1, hands: 1 });
  const job = await one.run({ spec, symbols: SYMBOLS, dates: DAYS, stages: STAGES });
  expect([job.status, job.error]).toEqual(['completed', null]);

  const two = await openUmikiHouse({ workers: 2, hands: 2 });
  // Jobs of one symbol wait for each other; those of two run side by side.
  const jobs = await Promise.all(
    SYMBOLS.flatMap((symbol) =>
      DAYS.map((date) => two.run({ spec, symbols: [symbol], dates: [date], stages: STAGES })),
    ),
  );
  expect(jobs.map(({ status }) => status)).toEqual(Array(4).fill('completed'));
  expect(await bytesOf(two)).toEqual(await bytesOf(one));
});
