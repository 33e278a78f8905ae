import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { silentLog } from '#base/log.js';
import { openTestDatabaseWithUrl } from '../../test/support/postgres.js';
import { listenForJobs } from './listen.js';

/** Stands before PostgreSQL, can shut the way, and counts who knocks meanwhile. */
async function startGate(target: URL) {
  const { connect } = await import('node:net');
  const passing = new Set<Socket>();
  let isShut = false;
  let knocks = 0;
  const gate = createServer((socket) => {
    socket.on('error', () => undefined);
    if (isShut) {
      knocks++;
      socket.destroy();
      return;
    }
    const onward = connect(Number(target.port), target.hostname);
    onward.on('error', () => undefined);
    socket.pipe(onward).pipe(socket);
    socket.on('close', () => onward.destroy());
    passing.add(socket);
  });
  await new Promise<void>((listening) => gate.listen(0, '127.0.0.1', listening));
  const at = new URL(target);
  at.host = `127.0.0.1:${(gate.address() as { port: number }).port}`;
  return {
    url: at.href,
    knocks: () => knocks,
    shut() {
      isShut = true;
      for (const socket of passing) socket.destroy();
    },
    open: () => {
      isShut = false;
    },
    close: () => gate.close(),
  };
}

it('knocks at the pace of one while the database is away, and hears again when it is back', async () => {
  const { url } = await openTestDatabaseWithUrl();
  const gate = await startGate(new URL(url));
  let reconnects = 0;
  const listener = await listenForJobs(
    { connectionString: gate.url },
    { onChange: () => {}, onReconnect: () => reconnects++, log: silentLog },
  );
  gate.shut();
  await sleep(2_000);
  // One try every 250 ms; each failure that began a loop of its own would have made hundreds.
  expect(gate.knocks()).toBeGreaterThan(1);
  expect(gate.knocks()).toBeLessThanOrEqual(9);
  gate.open();
  await expect.poll(() => reconnects, { timeout: 5_000 }).toBe(1);
  await listener.close();
  gate.close();
});
