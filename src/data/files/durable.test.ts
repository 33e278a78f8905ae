import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeFileDurably } from './durable.js';

const dir = mkdtempSync(join(tmpdir(), 'almanac-durable-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('a written file replaces the old one whole and leaves nothing beside it', async () => {
  const path = join(dir, 'a.json');
  writeFileSync(path, 'a longer old content');
  await writeFileDurably(path, 'new', { mode: 0o600 });
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir)).toEqual(['a.json']);
});

test('a reader sees one whole content or the other, never a part, while writers race', async () => {
  const path = join(dir, 'race');
  const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(300_000));
  await writeFileDurably(path, contents[0]!);
  const writers = Promise.all(Array.from({ length: 30 }, (_, i) => writeFileDurably(path, contents[i % 3]!)));
  for (let i = 0; i < 200; i++) {
    expect(contents).toContain(readFileSync(path, 'utf8'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writers;
});

test('a failure leaves the old content and no temporary', async () => {
  const path = join(dir, 'no-such-folder', 'x');
  await expect(writeFileDurably(path, 'x')).rejects.toMatchObject({ code: 'ENOENT' });
});
