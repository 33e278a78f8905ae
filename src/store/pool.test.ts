import { createServer, type Socket } from 'node:net';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabaseWithUrl } from '../../test/support/postgres.js';
import { openDatabase } from './database.js';

const { url } = await openTestDatabaseWithUrl();

/** Stands before PostgreSQL and closes or opens the way. */
async function startGate() {
  const target = new URL(url);
  const { connect } = await import('node:net');
  const open = new Set<Socket>();
  let isOpen = true;
  let knocks = 0;
  const gate = createServer((socket) => {
    knocks++;
    socket.on('error', () => undefined);
    if (!isOpen) return void socket.destroy();
    const onward = connect(Number(target.port), target.hostname);
    onward.on('error', () => undefined);
    socket.pipe(onward).pipe(socket);
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    open.add(socket);
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  const at = new URL(url);
  at.host = `127.0.0.1:${(gate.address() as { port: number }).port}`;
  return {
    at: at.href,
    close() {
      isOpen = false;
      knocks = 0;
      for (const socket of open) socket.destroy();
    },
    open: () => {
      isOpen = true;
    },
    knocks: () => knocks,
    end: () => gate.close(),
  };
}

test('while the server is away many wait and one knocks; when it is back all are served', async () => {
  const gate = await startGate();
  const db = openDatabase({ at: gate.at, poolSize: 20 });
  await sql`select 1`.execute(db);
  gate.close();
  // A query that was on its way is lost with its connection, and nobody may ask it again; these come after.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const many = Array.from({ length: 200 }, async (_, n) => {
    const { rows } = await sql<{ n: number }>`select ${n}::int as n`.execute(db);
    return rows[0]!.n;
  });
  // Each tries once, which takes a busy machine some seconds; from then on there is one knock at a time, four a second at most.
  let tried = Number.NEGATIVE_INFINITY;
  for (let looks = 0; looks < 6 && gate.knocks() - tried >= 8; looks++) {
    tried = gate.knocks();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  expect(tried).toBeGreaterThan(0);
  expect(gate.knocks() - tried).toBeLessThan(8);
  gate.open();
  expect(await Promise.all(many)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  await db.destroy();
  gate.end();
});

test('after the patience all who wait are told, and a later caller tries again', async () => {
  const gate = await startGate();
  const db = openDatabase({ at: gate.at, poolSize: 5, patienceMs: 1_500 });
  gate.close();
  const many = await Promise.allSettled(Array.from({ length: 30 }, () => sql`select 1`.execute(db)));
  for (const one of many)
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'database_unavailable', kind: 'unavailable' } });
  gate.open();
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  await db.destroy();
  gate.end();
});

test('more callers than connections wait their turn, and are told when it does not come', async () => {
  const db = openDatabase({ at: url, poolSize: 2, patienceMs: 2_000 });
  const busy = Array.from({ length: 2 }, () => sql`select pg_sleep(3.5)`.execute(db));
  await expect(sql`select 1`.execute(db)).rejects.toMatchObject({ code: 'database_unavailable' });
  await Promise.all(busy);
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  await db.destroy();
});
