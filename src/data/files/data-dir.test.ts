import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDataDir } from './data-dir.js';

const home = mkdtempSync(join(tmpdir(), 'almanac-data-dir-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function startHolder(dir: string): Promise<ChildProcess> {
  const program = `
    import { openDataDir } from './src/data/files/data-dir.ts';
    await openDataDir(process.env.DIR);
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', '--input-type=module', '-e', program],
    {
      env: { ...process.env, DIR: dir },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await once(child.stdout!, 'data');
  return child;
}

test('the tree is made, the secrets are closed to others, and it opens again after a release', async () => {
  const first = await openDataDir(join(home, 'a', 'b'));
  for (const path of [first.artifacts, first.zones, first.uploads, first.postgres]) expect(existsSync(path)).toBe(true);
  expect(statSync(first.secrets).mode & 0o777).toBe(0o700);
  first.release();
  (await openDataDir(join(home, 'a', 'b'))).release();
});

test('a second opener is told who owns it, also in the same process and by another way there', async () => {
  const dir = join(home, 'second');
  const first = await openDataDir(dir);
  symlinkSync(dir, join(home, 'alias'));
  await expect(openDataDir(dir)).rejects.toMatchObject({ code: 'data_dir_taken', detail: { pid: process.pid } });
  await expect(openDataDir(join(home, 'alias'))).rejects.toMatchObject({ code: 'data_dir_taken' });
  first.release();
});

test('another process keeps it until it is killed, and then it is free at once', async () => {
  const dir = join(home, 'other');
  const holder = await startHolder(dir);
  await expect(openDataDir(dir)).rejects.toMatchObject({ code: 'data_dir_taken', detail: { pid: holder.pid } });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  (await openDataDir(dir)).release();
});

test('a place that cannot be a directory is a plain error', async () => {
  writeFileSync(join(home, 'file'), 'x');
  await expect(openDataDir(join(home, 'file'))).rejects.toMatchObject({ code: 'data_dir_unusable' });
});
