import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openTestDatabaseWithUrl } from '../../test/support/postgres.js';
import { inspectOutside, whatIsWrong } from './outside.js';

const { url } = await openTestDatabaseWithUrl();
let open: Server[] = [];

afterEach(() => {
  for (const server of open) server.close();
  open = [];
});

/** Speaks as much of the protocol as a client needs to be let in and to be answered one row of text. */
async function startImpostor(row: readonly string[]): Promise<string> {
  const message = (type: string, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const short = (n: number) => Buffer.from([n >> 8, n & 255]);
  const long = (n: number) => Buffer.from([0, 0, n >> 8, n & 255]);
  const names = ['number', 'version', 'encoding', 'read_only'];
  const ready = message('Z', Buffer.from('I'));
  const described = names.map((name) =>
    Buffer.concat([Buffer.from(`${name}\0`), long(0), short(0), long(25), short(65_535), long(0), short(0)]),
  );
  const values = row.map((value) => Buffer.concat([long(value.length), Buffer.from(value)]));
  const answer = Buffer.concat([
    message('T', short(names.length), ...described),
    message('D', short(row.length), ...values),
    message('C', Buffer.from('SELECT 1\0')),
    ready,
  ]);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', long(0)), ready]));
      socket.on('data', (asked) => asked.toString('latin1').startsWith('Q') && socket.write(answer));
    });
  });
  open.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `postgres://ann:secret@127.0.0.1:${(server.address() as { port: number }).port}/almanac`;
}

test('the server of the tests is fit', async () => {
  await expect(inspectOutside(url)).resolves.toBeUndefined();
});

test('one that is too old is named with its version', async () => {
  const at = await startImpostor(['140012', '14.12', 'UTF8', 'off']);
  await expect(inspectOutside(at)).rejects.toMatchObject({
    code: 'database_too_old',
    message: expect.stringMatching(
      /ann@127\.0\.0\.1:\d+\/almanac.*PostgreSQL 14\.12, and Almanac needs 15 or newer\. Upgrade/,
    ),
  });
});

test('a standby is no place to write to', async () => {
  const at = await startImpostor(['160002', '16.2', 'UTF8', 'on']);
  await expect(inspectOutside(at)).rejects.toMatchObject({ code: 'database_read_only' });
});

test('nobody there is said after the patience, and never with the password', async () => {
  const at = await startImpostor([]);
  open.pop()!.close();
  const failure = await inspectOutside(at, { patienceMs: 300 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'database_silent', kind: 'unavailable' });
  expect(String(failure)).not.toContain('secret');
});

test('what is not about the server stays what it is', () => {
  expect(whatIsWrong(url, Object.assign(new Error('division by zero'), { code: '22012' }))).toBeUndefined();
});
