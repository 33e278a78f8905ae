import { expect, it } from 'vitest';
import { openUmikiHouse } from './umiki-house.js';

const house = await openUmikiHouse();
const DAY = '2026-02-02';

it('takes a synthetic day from nothing to a training shard', { timeout: 120_000 }, async () => {
  const job = await house.run({
    spec: { version: 1, source: { type: 'synthetic', seed: 42, events: 20_000 }, dates: [DAY], symbols: ['NVDA'] },
    stages: ['export', 'qc', 'derive', 'decode', 'download', 'qc'],
  });
  expect(job.error).toBeNull();
  expect(job.status).toBe('completed');
});
