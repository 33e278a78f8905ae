import { createServer } from 'node:net';
import { Registry } from 'prom-client';
import { afterAll, expect, it } from 'vitest';
import { openDatabase } from '#store/database.js';
import { openTestDatabaseWithUrl } from '../../../../test/support/postgres.js';
import { rowFigures } from './row-figures.js';

const { db } = await openTestDatabaseWithUrl();
/** It takes connections and never says a word. */
const deaf = createServer();
await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
afterAll(() => deaf.close());

const upIn = async (registry: Registry) => /^almanac_postgres_up (\d)/m.exec(await registry.metrics())?.[1];

it('a database that answers is up, and its size is told', async () => {
  const registry = new Registry();
  await rowFigures(registry, { db, nowMs: () => 0 }).refresh();
  expect(await upIn(registry)).toBe('1');
  expect(await registry.metrics()).toMatch(/almanac_store_bytes\{store="postgres"\} \d{6,}/);
});

it('one that is silent is down within the patience of a scrape, and no states of jobs are told', async () => {
  const { port } = deaf.address() as { port: number };
  const silent = openDatabase({ at: `postgres://nobody@127.0.0.1:${port}/none`, patienceMs: 3_000 });
  const registry = new Registry();
  const figures = rowFigures(registry, { db: silent, nowMs: () => 0 });
  const beganMs = performance.now();
  await figures.refresh();
  expect(performance.now() - beganMs).toBeLessThan(9_000);
  expect(await upIn(registry)).toBe('0');
  expect(await registry.metrics()).not.toMatch(/^almanac_jobs\{/m);
  await silent.destroy();
});
