import { afterAll, test } from 'vitest';
import { killAndCount } from '../support/kill-nine.js';
import { pipelineWriter } from '../support/kill-nine-market.js';
import { expectPromisesKept } from '../support/kill-nine-promises.js';
import { makeDataDir, removeDataDir } from '../support/server.js';

const dataDir = await makeDataDir();
afterAll(() => removeDataDir(dataDir));

const KILLS = 5;
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);

test(`kill -9 in the middle of the pipeline leaves no half file and no step undone (KILL_SEED=${SEED})`, {
  timeout: 300_000,
}, async () => {
  expectPromisesKept(await killAndCount({ dataDir, writers: [pipelineWriter(dataDir)], kills: KILLS, seed: SEED }));
});
