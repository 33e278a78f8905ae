import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '#base/log.js';
import { bareUmiki } from '../../../test/support/umiki.js';
import { createListener } from './listener.js';
import type { App } from './surface.js';
import { removeSpooled, type SpooledBody, spoolBody } from './upload.js';

let dir: string;
let app: App;
let url: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'almanac-upload-'));
  app = await createListener(
    {
      ...bareUmiki(),
      bodyBytesMax: 2_000_000,
      routes: (routes: App) =>
        void routes.post('/import', { config: { body: 'raw' } }, async (request) => {
          const body = await spoolBody(request, dir);
          const said = await describe(body);
          await removeSpooled(body);
          return said;
        }),
    },
    { log: silentLog, docs: false },
  );
  url = await app.listen({ port: 0 });
});
afterAll(async () => {
  await app.close();
  await rm(dir, { recursive: true });
});

async function describe(body: SpooledBody) {
  if (body.kind === 'json') return body;
  if (body.kind === 'file')
    return { kind: 'file', bytes: body.file.bytes, text: (await readFile(body.file.path, 'utf8')).slice(0, 20) };
  const files = await Promise.all(
    body.files.map(async ({ field, filename, path, bytes }) => ({
      field,
      filename,
      bytes,
      start: (await readFile(path, 'utf8')).slice(0, 5),
      isInside: path.startsWith(dir),
    })),
  );
  return { kind: 'form', fields: body.fields, files };
}

const post = async (body: string | FormData, type?: string) => {
  const answer = await fetch(`${url}/import`, {
    method: 'POST',
    body,
    ...(type === undefined ? {} : { headers: { 'content-type': type } }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

it('takes a CSV as a file, JSON as a value, and a form as fields and files', async () => {
  expect((await post('a,b\n1,2\n', 'text/csv; charset=utf-8')).body).toEqual({
    kind: 'file',
    bytes: 8,
    text: 'a,b\n1,2\n',
  });
  expect((await post('{"measurement":"x","data":"a\\n1"}', 'application/json')).body).toEqual({
    kind: 'json',
    json: { measurement: 'x', data: 'a\n1' },
  });
  expect((await post('{"a":1}', 'text/plain')).body).toEqual({ kind: 'json', json: { a: 1 } });
  const form = new FormData();
  form.set('measurement', 'aapl');
  form.set('file', new Blob(['x'.repeat(1_500_000)]), '../../etc/passwd');
  expect((await post(form)).body).toEqual({
    kind: 'form',
    fields: { measurement: 'aapl' },
    files: [
      { field: 'file', filename: expect.not.stringContaining('..'), bytes: 1_500_000, start: 'xxxxx', isInside: true },
    ],
  });
});

it('refuses what is too large, broken or deep, and leaves nothing behind', async () => {
  const form = new FormData();
  form.set('one', new Blob(['fine']), 'one.csv');
  form.set('two', new Blob(['x'.repeat(2_100_000)]), 'two.csv');
  expect((await post(form)).status).toBe(413);
  expect((await post('x'.repeat(2_100_000), 'text/csv')).status).toBe(413);
  expect((await post('['.repeat(1000), 'application/json')).status).toBe(422);
  expect(
    (await post('--b\r\nContent-Disposition: form-data; name="a"', 'multipart/form-data; boundary=b')).status,
  ).toBeGreaterThanOrEqual(400);
  expect((await post('nothing', 'multipart/form-data')).status).toBeGreaterThanOrEqual(400);
  expect(await readdir(dir)).toEqual([]);
});
