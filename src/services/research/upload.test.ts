import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deleteUpload, keepUpload, listUploads, readHead, uploadNameOf, uploadPath, writeUpload } from './upload.js';

const dir = mkdtempSync(join(tmpdir(), 'almanac-upload-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('uploads', () => {
  it('are written whole, whatever characters stand where the slices meet', async () => {
    const path = uploadPath(dir, uploadNameOf('a-1'));
    const text = `${'x'.repeat(1024 * 1024 - 1)}😀é${'y'.repeat(1024 * 1024)}😀`;
    await writeUpload(path, text);
    expect(readFileSync(path, 'utf8') === text).toBe(true);
    expect((await readHead(path, 3)).toString()).toBe('xxx');
    expect(readdirSync(dir)).toEqual(['import_a-1.csv']);
  });

  it('are listed by their job, beside what a crash left half written', async () => {
    writeFileSync(join(dir, 'upload-x'), '');
    writeFileSync(join(dir, 'import_b.csv.part'), '');
    writeFileSync(join(dir, 'notes.txt'), '');
    const { jobIds, strays } = await listUploads(dir);
    expect(jobIds).toEqual(['a-1']);
    expect(strays.sort()).toEqual([join(dir, 'import_b.csv.part'), join(dir, 'upload-x')]);
    expect(await listUploads(join(dir, 'nowhere'))).toEqual({ jobIds: [], strays: [] });
  });

  it('have no name but ours', async () => {
    for (const name of ['../x.csv', 'import_../x.csv', '/etc/passwd', 'import_a.csv/..'])
      expect(() => uploadPath(dir, name)).toThrow('a name we gave');
    await deleteUpload(dir, '../../etc/passwd');
    await expect(keepUpload('/tmp/elsewhere', join(dir, 'import_c.csv'))).rejects.toThrow('spooled where it will stay');
  });
});
