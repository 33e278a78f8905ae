import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inputFile, outputFile } from './workspace.js';

const root = mkdtempSync(join(tmpdir(), 'almanac-workspace-'));
const workspace = { dir: join(root, 'workspace') };
mkdirSync(join(workspace.dir, 'in'), { recursive: true });
mkdirSync(join(root, 'outside'));
writeFileSync(join(workspace.dir, 'in', 'a.csv'), 'x');
writeFileSync(join(root, 'outside', 'b.csv'), 'x');
symlinkSync(join(root, 'outside'), join(workspace.dir, 'way-out'));
symlinkSync(join(root, 'outside', 'b.csv'), join(workspace.dir, 'b.csv'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a name in the workspace', () => {
  it('is taken relative, or absolute inside it', async () => {
    expect((await inputFile(workspace, 'csv', 'in/a.csv', '.csv')).name).toBe('in/a.csv');
    expect((await inputFile(workspace, 'csv', join(workspace.dir, 'in/a.csv'), '.csv')).name).toBe('in/a.csv');
    expect((await outputFile(workspace, 'out_csv', 'new/deep/c.csv', '.csv')).name).toBe('new/deep/c.csv');
  });

  it.each([
    ...['../a.csv', 'in/../../a.csv', '/etc/a.csv', 'a\0.csv', 'in\\a.csv', 'a.txt', '', 'way-out/c.csv'],
    'way-out/deep/c.csv',
    'matrices/m_0123abcd.csv',
  ])('is refused when it is %j', async (name) => {
    const refusal = await outputFile(workspace, 'out_csv', name, '.csv').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'path_not_allowed', detail: { field: 'out_csv' } });
    expect(String(refusal)).not.toContain(root);
  });

  it('is refused for reading when it leads out or is not there', async () => {
    for (const name of ['b.csv', 'way-out/b.csv', 'nothing.csv', 'in'])
      await expect(inputFile(workspace, 'csv', name, '.csv')).rejects.toMatchObject({ code: 'path_not_allowed' });
  });
});
