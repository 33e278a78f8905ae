import { expect, it } from 'vitest';
import { killWorkers } from '../support/kill-workers.js';
import { openTestDatabaseWithUrl } from '../support/postgres.js';

const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);

it(`a hundred kills of workers and ten of the server over 10,000 jobs: none lost, none doubled (KILL_SEED=${SEED})`, async () => {
  const { db, url } = await openTestDatabaseWithUrl();
  const report = await killWorkers({
    db,
    url,
    jobs: 10_000,
    workers: 4,
    kills: { worker: 100, server: 10 },
    seed: SEED,
  });
  console.log(JSON.stringify(report));
  expect(report.tally).toMatchObject({ sent: 10_000, completed: 10_000, doubled: 0, unmarked: 0 });
  expect(report.tally.begunAgain).toBeGreaterThan(50);
  expect(report.backWithinMs).toBeLessThan(15_000);
}, 1_800_000);
