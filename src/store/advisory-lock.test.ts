import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openTestDatabaseWithUrl } from '../../test/support/postgres.js';
import { withLock } from './advisory-lock.js';
import { openDatabase } from './database.js';

const { db, url } = await openTestDatabaseWithUrl({ poolSize: 3 });

test('a name is held by one at a time, in this process and in others, and many who wait take no connections', async () => {
  const other = openDatabase({ at: url, poolSize: 2 });
  let inside = 0;
  const order: number[] = [];
  const enter = (pool: typeof db, n: number) =>
    withLock(pool, 'one', undefined, async () => {
      inside++;
      expect(inside).toBe(1);
      // Whoever works asks the same pool.
      await pool.selectFrom('job').select('job_id').limit(1).execute();
      await sleep(5);
      order.push(n);
      inside--;
    });
  await Promise.all([...Array.from({ length: 12 }, (_, n) => enter(db, n)), enter(other, 100), enter(other, 101)]);
  expect(order.filter((n) => n < 100)).toEqual(Array.from({ length: 12 }, (_, n) => n));
  await other.destroy();
});

test('names do not wait for each other, and a failure gives the name back', async () => {
  await withLock(db, 'a', undefined, () => withLock(db, 'b', undefined, async () => {}));
  await expect(withLock(db, 'a', undefined, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await withLock(db, 'a', undefined, async () => 7)).toBe(7);
});

test('who gives up waiting lets the others keep their order', async () => {
  let finish = () => {};
  const first = withLock(
    db,
    'c',
    undefined,
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  const abort = new AbortController();
  const second = withLock(db, 'c', abort.signal, async () => 'never');
  let isThird = false;
  const third = withLock(db, 'c', undefined, async () => {
    isThird = true;
  });
  abort.abort(new Error('given up'));
  await expect(second).rejects.toThrow('given up');
  await sleep(50);
  expect(isThird).toBe(false);
  finish();
  await Promise.all([first, third]);
  expect(isThird).toBe(true);
});
