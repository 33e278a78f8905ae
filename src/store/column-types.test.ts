import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../test/support/postgres.js';
import { jsonb, openDatabase } from './database.js';

const db = await openTestDatabase();

async function answer(expression: ReturnType<typeof sql>): Promise<unknown> {
  const { rows } = await sql<{ value: unknown }>`select ${expression} as value`.execute(db);
  return rows[0]!.value;
}

test('whole numbers are numbers, and one too large for a number is refused instead of rounded', async () => {
  expect(await answer(sql`9007199254740991::bigint`)).toBe(9007199254740991);
  await expect(answer(sql`9007199254740993::bigint`)).rejects.toThrow('a bigint of the database fits a number');
  // The connection is good for the next query.
  expect(await answer(sql`(select count(*) from generate_series(1, 2))`)).toBe(2);
});

test('numeric is the nearest double, double precision comes back bit for bit (but for the sign of zero)', async () => {
  expect(await answer(sql`12345.67::numeric(12, 2)`)).toBe(12345.67);
  for (const value of [0.1 + 0.2, Number.MAX_VALUE, Number.MIN_VALUE, Number.NaN, Number.NEGATIVE_INFINITY])
    expect(await answer(sql`${value}::double precision`)).toBe(value);
});

test('a day is text and has no time zone; a moment is a Date', async () => {
  expect(await answer(sql`'2024-03-10'::date`)).toBe('2024-03-10');
  expect(await answer(sql`'2024-03-10T02:30:00.123+05'::timestamptz`)).toEqual(new Date('2024-03-09T21:30:00.123Z'));
});

test('jsonb() keeps arrays, texts and null apart', async () => {
  for (const value of [[1, 'a', null], 'text', null, { a: [{}] }, '{"not": "parsed twice"}'])
    expect(await answer(sql`${jsonb(value)}`)).toEqual(value);
});

test('a server that is not there is said after the patience, in the words of the catalogue', async () => {
  const nobody = openDatabase({ at: 'postgres://u:secret@127.0.0.1:1/none', patienceMs: 200 });
  const asked = sql`select 1`.execute(nobody);
  await expect(asked).rejects.toMatchObject({ kind: 'unavailable', code: 'database_unavailable' });
  await expect(asked).rejects.not.toThrow('secret');
  await nobody.destroy();
});

test('a connection that is cut in the middle of a query is said so, and the next query gets another', async () => {
  const cut = db.transaction().execute(async (tx) => {
    const { rows: own } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await Promise.all([
      sql`select pg_sleep(10)`.execute(tx),
      sql`select pg_terminate_backend(${own[0]!.pid})`.execute(db),
    ]);
  });
  await expect(cut).rejects.toMatchObject({ code: 'database_unavailable' });
  expect(await answer(sql`1`)).toBe(1);
});
