import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { openLocalArtifacts } from '#data/artifacts/local.js';
import { sha256 } from '#data/hash.js';
import { openTestDatabase } from '../../../test/support/postgres.js';
import { getArtifact, getLineage, type LineageDesk, recordArtifact, verifyArtifact } from './lineage.service.js';
import type { Recipe } from './recipe.js';

const home = mkdtempSync(join(tmpdir(), 'almanac-lineage-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const db = await openTestDatabase();

/** Puts its parents one after the other and then `params.tail`. */
const joinRecipe: Recipe = {
  kind: 'joined',
  async recompute({ parents, params }) {
    return Buffer.concat([...parents, Buffer.from(String(params['tail'] ?? ''))]);
  },
};

const desk: LineageDesk = {
  db,
  artifacts: await openLocalArtifacts(join(home, 'artifacts'), Date.now()),
  clock: { nowMs: () => 0 },
  codeVersion: '1.2.3',
  recipes: [joinRecipe],
};

const source = (content: string) => recordArtifact(desk, db, { kind: 'bars', content, uri: `${content}.csv` });
const joined = async (content: string, parents: readonly string[], tail = '') =>
  recordArtifact(desk, db, { kind: 'joined', content, parents, params: { tail } });

test('an artifact keeps the account of where it came from, and equal bytes keep the first one', async () => {
  const bars = await source('a');
  const first = await recordArtifact(desk, db, {
    kind: 'joined',
    content: 'a!',
    parents: [bars.sha256],
    params: { tail: '!', nested: { list: [1, 2] } },
    seed: 7,
    informationTimeMs: 1_700_000_000_123,
    modelId: 'm',
  });
  expect(first).toMatchObject({
    sha256: sha256('a!'),
    sizeBytes: 2,
    parents: [bars.sha256],
    params: { tail: '!', nested: { list: [1, 2] } },
    seed: 7,
    informationTimeMs: 1_700_000_000_123,
    codeVersion: '1.2.3',
  });
  const again = await recordArtifact(desk, db, { kind: 'other', content: 'a!' });
  expect(again).toEqual(first);
});

test('a row is only written when its parents are recorded', async () => {
  await expect(joined('orphan', [sha256('nobody wrote this')])).rejects.toMatchObject({ code: 'artifact_missing' });
  await expect(getArtifact(desk, sha256('orphan'))).rejects.toMatchObject({ code: 'artifact_missing' });
});

test('when the caller rolls back there is a file without a row, never a row without a file', async () => {
  const undone = db.transaction().execute(async (tx) => {
    await recordArtifact(desk, tx, { kind: 'bars', content: 'rolled back' });
    throw new Error('no');
  });
  await expect(undone).rejects.toThrow('no');
  await expect(getArtifact(desk, sha256('rolled back'))).rejects.toMatchObject({ code: 'artifact_missing' });
  const stored = { sha256: sha256('never stored'), sizeBytes: 1 };
  await expect(recordArtifact(desk, db, { kind: 'bars', content: stored })).rejects.toMatchObject({
    code: 'artifact_missing',
  });
});

test('first digits are enough while they are unambiguous', async () => {
  const all = [];
  // Seventeen names and sixteen digits: two names begin with the same one.
  for (let i = 0; i < 17; i++) all.push((await source(`prefix ${i}`)).sha256);
  const digits = all.map((sha) => sha[0]!);
  const shared = digits.find((digit, i) => digits.indexOf(digit) !== i)!;
  await expect(getArtifact(desk, shared)).rejects.toMatchObject({ code: 'sha_ambiguous', kind: 'conflict' });
  expect((await getArtifact(desk, all[0]!.slice(0, 20).toUpperCase())).sha256).toBe(all[0]);
  for (const odd of ['', 'xyz', '%', '_', `${all[0]}0`])
    await expect(getArtifact(desk, odd)).rejects.toMatchObject({ code: 'artifact_missing' });
});

test('the tree tells every parent in order, and what is reached twice only once', async () => {
  const [p, q] = [await source('P'), await source('Q')];
  const left = await joined('PQ', [p.sha256, q.sha256]);
  const right = await joined('PQPQx', [left.sha256, left.sha256], 'x');
  const top = await joined('PQPQxPQ', [right.sha256, left.sha256]);
  const tree = await getLineage(desk, top.sha256);
  expect(tree.parents.map(({ artifact }) => artifact.sha256)).toEqual([right.sha256, left.sha256]);
  const [inRight, again] = tree.parents[0]!.parents;
  expect(inRight!.parents.map(({ artifact }) => artifact.uri)).toEqual(['P.csv', 'Q.csv']);
  expect(inRight!.isRepeated).toBe(false);
  expect(again).toMatchObject({ isRepeated: true, parents: [] });
});

test('a deep diamond is told in time and space linear in its artifacts', async () => {
  let below = await source('diamond');
  let content = 'diamond';
  for (let level = 0; level < 12; level++) {
    content = content + content;
    below = await joined(content, [below.sha256, below.sha256]);
  }
  let nodes = 0;
  const count = (node: Awaited<ReturnType<typeof getLineage>>): void => {
    nodes++;
    node.parents.forEach(count);
  };
  count(await getLineage(desk, below.sha256));
  expect(nodes).toBe(25);
  const verdict = await verifyArtifact(desk, below.sha256, { depth: 'all' });
  expect(verdict.ok).toBe(true);
  expect(verdict.steps.map(({ outcome }) => outcome)).toEqual(['source', ...Array(12).fill('same')]);
});

test('what can be made again is verified byte for byte', async () => {
  const bars = await source('bars of a day');
  const good = await joined('bars of a day.', [bars.sha256], '.');
  expect(await verifyArtifact(desk, good.sha256.slice(0, 30))).toEqual({
    sha256: good.sha256,
    kind: 'joined',
    ok: true,
    recomputedSha: good.sha256,
    durationMs: 0,
    steps: [{ sha256: good.sha256, kind: 'joined', outcome: 'same', recomputedSha: good.sha256, durationMs: 0 }],
  });
});

test('bytes that are not what their parents give are a no, with the first byte that differs', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1, maxLength: 40 }), fc.nat(), async (tail, at) => {
      const bars = await source('base');
      const wrong = Buffer.from(`base${tail}`);
      const position = at % wrong.length;
      wrong[position]! ^= 1;
      const recorded = await recordArtifact(desk, db, {
        kind: 'joined',
        content: wrong,
        parents: [bars.sha256],
        params: { tail },
      });
      const verdict = await verifyArtifact(desk, recorded.sha256);
      expect(verdict).toMatchObject({ ok: false, recomputedSha: sha256(`base${tail}`), firstDifference: position });
    }),
    { numRuns: 25 },
  );
});

test('a wrong ancestor is found when all are made again, and is trusted when only the parents are asked', async () => {
  const wrong = await joined('not what the recipe gives', [(await source('s')).sha256]);
  const top = await joined('not what the recipe gives, more', [wrong.sha256], ', more');
  expect((await verifyArtifact(desk, top.sha256)).ok).toBe(true);
  const deep = await verifyArtifact(desk, top.sha256, { depth: 'all' });
  expect(deep.ok).toBe(false);
  expect(deep.steps.map(({ outcome }) => outcome)).toEqual(['source', 'different', 'same']);
});

test('a source, an unknown kind and a foreign code version are clear answers and never a pass', async () => {
  const bars = await source('only bytes');
  await expect(verifyArtifact(desk, bars.sha256)).rejects.toMatchObject({ code: 'recipe_missing' });
  const odd = await recordArtifact(desk, db, { kind: 'plot', content: 'png', parents: [bars.sha256] });
  await expect(verifyArtifact(desk, odd.sha256)).rejects.toMatchObject({ code: 'recipe_missing', kind: 'unsupported' });
  const older = { ...desk, codeVersion: '1.0.0' };
  const old = await recordArtifact(older, db, {
    kind: 'joined',
    content: 'only bytesold',
    parents: [bars.sha256],
    params: { tail: 'old' },
  });
  await expect(verifyArtifact(desk, old.sha256)).rejects.toMatchObject({
    code: 'code_version_foreign',
    detail: { madeBy: '1.0.0', ours: '1.2.3' },
  });
  expect((await verifyArtifact(older, old.sha256)).ok).toBe(true);
});

test('a version that makes the same bytes from the same parents may verify them from then on', async () => {
  const parents = [(await source('two versions')).sha256];
  const made = { kind: 'joined', content: 'two versions?', parents, params: { tail: '?' } };
  await recordArtifact({ ...desk, codeVersion: '1.0.0' }, db, made);
  expect((await recordArtifact(desk, db, made)).codeVersion).toBe('1.2.3');
  const elsewhere = await recordArtifact({ ...desk, codeVersion: '9' }, db, { ...made, params: {} });
  expect(elsewhere).toMatchObject({ codeVersion: '1.2.3', params: { tail: '?' } });
});

test('bytes that changed on disk, its own or a parent’s, stop the verification', async () => {
  const bars = await source('will rot');
  const made = await joined('will rot', [bars.sha256]);
  expect(made.sha256).toBe(bars.sha256);
  const other = await joined('will rot, then', [bars.sha256], ', then');
  const file = await desk.artifacts.pathOf(bars.sha256);
  chmodSync(file, 0o644);
  writeFileSync(file, 'will rut');
  await expect(verifyArtifact(desk, other.sha256)).rejects.toMatchObject({ code: 'artifact_damaged' });
});
