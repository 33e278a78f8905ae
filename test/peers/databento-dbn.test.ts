/** The vendor's decoder reads what our encoder writes; without `pip install databento-dbn` in the python of `ALMANAC_PEER_PYTHON` (default python3) it says that it skips. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeBlock } from '#data/dbn/encode.js';
import { toVersion } from '#data/dbn/metadata.js';
import { decodeAll, hasSamples, plain, samples } from '#data/dbn/sample-files.fixture.js';
import { writeDbnFile } from '#data/dbn/write-file.js';

const python = process.env.ALMANAC_PEER_PYTHON ?? 'python3';
const hasPeer = spawnSync(python, ['-c', 'import databento_dbn']).status === 0;
const dir = mkdtempSync(join(tmpdir(), 'almanac-peer-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Seen {
  readonly dataset: string;
  readonly symbols: readonly string[];
  readonly mappings: number;
  readonly records: number;
  readonly bytes: readonly string[];
}

const whole = samples.filter(({ name, fragment }) => fragment === undefined && !name.endsWith('.dbz'));

describe.skipIf(!hasPeer || !hasSamples)('databento-dbn (skipped where it or the samples are absent)', () => {
  test.each([1, 2, 3] as const)(
    'reads every sample written as version %i, and sees the same records',
    async (version) => {
      const paths: string[] = [];
      const ours: (Omit<Seen, 'bytes'> & { readonly hex: string })[] = [];
      for (const sample of whole) {
        const { metadata, blocks, seen } = decodeAll(await plain(sample));
        const path = join(dir, `${sample.name}.v${version}.dbn`);
        await writeDbnFile(path, toVersion(metadata!, version), blocks);
        paths.push(path);
        const { dataset, symbols, mappings } = metadata!;
        const hex = Buffer.concat(blocks.map((block) => encodeBlock(block))).toString('hex');
        ours.push({ dataset, symbols, mappings: mappings.length, records: seen.records, hex });
      }
      const printed = execFileSync(python, ['test/peers/databento-dbn.py', ...paths], {
        encoding: 'utf8',
        maxBuffer: 1 << 30,
      });
      const theirs = printed
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Seen)
        .map(({ bytes, ...facts }) => ({ ...facts, hex: bytes.join('') }));
      expect(theirs.map(({ hex: _, ...facts }) => facts)).toEqual(ours.map(({ hex: _, ...facts }) => facts));
      // Reserved bytes are nobody's: the vendor's upgrade writes zeros there, as ours does for older versions.
      const differing = theirs.filter(({ hex }, at) => hex !== ours[at]!.hex).length;
      expect(differing).toBe(0);
    },
  );
});
