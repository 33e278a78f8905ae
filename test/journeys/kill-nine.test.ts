import { afterAll, test } from 'vitest';
import { killAndCount } from '../support/kill-nine.js';
import { sweepWriter, trainingWriter } from '../support/kill-nine-lab.js';
import { expectPromisesKept } from '../support/kill-nine-promises.js';
import { importWriter, rowWriter, runWriter } from '../support/kill-nine-writers.js';
import { makeDataDir, removeDataDir } from '../support/server.js';

const dataDir = await makeDataDir();
afterAll(() => removeDataDir(dataDir));

const KILLS = 5;
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);

test(`kill -9 of server and PostgreSQL loses nothing acknowledged (KILL_SEED=${SEED})`, {
  timeout: 300_000,
}, async () => {
  const writers = [runWriter(), rowWriter(), importWriter(), sweepWriter(), trainingWriter()];
  expectPromisesKept(
    await killAndCount({ dataDir, writers, kills: KILLS, seed: SEED, env: { ALMANAC_RATE_LIMIT: 'off' } }),
  );
});
