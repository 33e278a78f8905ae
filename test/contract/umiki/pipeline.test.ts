import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { listAncestry } from '#store/artifact.store.js';
import { findDataset } from '#store/dataset.store.js';
import { openUmikiHouse } from './umiki-house.js';
import { workedBook } from './worked-book.js';

const house = await openUmikiHouse();
const DAY = '2026-02-02';
const SYNTHETIC = { version: 1, source: { type: 'synthetic', seed: 42, events: 6_000 } };
const ALL = ['download', 'decode', 'derive', 'qc', 'export'];

const files = async (symbol: string) => (await house.get(`/api/datasets?symbol=${symbol}`)).json;
const hashes = async (symbol: string) =>
  Promise.all(
    (await files(symbol)).map(async ({ id, kind }: { id: string; kind: string }) => {
      const { json } = await house.get(`/api/datasets/${id}`);
      return [kind, json.sha256, json.n_records];
    }),
  );

it('takes a day from nothing to a shard, every file with its account and its bytes as registered', async () => {
  const job = await house.run({ spec: SYNTHETIC, dates: [DAY], symbols: ['nvda'], stages: ['export', ...ALL] });
  expect([job.status, job.error, job.stages, job.symbols]).toEqual(['completed', null, ALL, ['NVDA']]);
  expect(job.steps.map((step: { stage: string; status: string }) => `${step.stage} ${step.status}`)).toEqual(
    ALL.map((stage) => `${stage} completed`),
  );
  expect(job.progress).toEqual({ done: 5, total: 5, current: null });
  expect(existsSync(join(house.root, job.spec_path))).toBe(true);
  const listed = await files('NVDA');
  expect(listed.map(({ zone, kind }: { zone: string; kind: string }) => `${zone} ${kind}`)).toEqual([
    'raw raw',
    'canonical events',
    'derived bars_1m',
    'derived features',
    'training shard',
  ]);
  for (const { id } of listed) {
    const { json } = await house.get(`/api/datasets/${id}`);
    const bytes = readFileSync(join(house.root, json.file_path));
    expect([json.file_size, json.sha256]).toEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')]);
    const meta = JSON.parse(readFileSync(join(house.root, `${json.file_path}.meta.json`), 'utf8'));
    expect(meta).toMatchObject({ kind: json.kind, output_sha256: json.sha256, n_records: json.n_records });
    expect(json.lineage.length).toBe(json.zone === 'raw' ? 0 : json.kind === 'bars_1m' ? 2 : 1);
  }
  const { json: manifest } = await house.get('/api/export/manifest');
  const shard = listed.at(-1);
  expect(manifest.shards).toMatchObject([{ symbol: 'NVDA', date: DAY, n_features: 21, n_labels: 2 }]);
  expect(manifest.shards[0].shard_hash).toBe((await house.get(`/api/datasets/${shard.id}`)).json.sha256);
  expect(manifest.raw_hashes[0].sha256).toBe((await house.get(`/api/datasets/${listed[0].id}`)).json.sha256);
});

it('skips what is there, makes it again by force with the same bytes, and mends what was harmed', async () => {
  const before = await hashes('NVDA');
  const again = await house.run({ symbols: ['NVDA'], stages: ALL });
  expect(again.steps.map((step: { status: string }) => step.status)).toEqual(Array(5).fill('skipped'));
  const forced = await house.run({ symbols: ['NVDA'], stages: ALL.slice(1), force: true });
  expect(forced.steps.map((step: { status: string }) => step.status)).toEqual(Array(4).fill('completed'));
  expect(await hashes('NVDA')).toEqual(before);
  const path = join(house.root, 'canonical/XNAS.ITCH/NVDA', DAY, 'events.parquet');
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
  const mended = await house.run({ symbols: ['NVDA'], stages: ['decode', 'derive'] });
  expect(mended.steps.map((step: { status: string }) => step.status)).toEqual(['completed', 'skipped']);
  expect(await hashes('NVDA')).toEqual(before);
});

it('includes early and late trading when asked, and makes the bars again for it', async () => {
  const wide = await house.run({ symbols: ['NVDA'], stages: ['derive'], extended: true });
  expect(wide.steps[0].status).toBe('completed');
  const narrow = await house.run({ symbols: ['NVDA'], stages: ['derive'] });
  expect(narrow.steps[0].status).toBe('completed');
});

it('fails steps that lack their input, and says so in one line', async () => {
  await house.upload(`symbol=AAPL&date=${DAY}`, await workedBook());
  const job = await house.run({ symbols: ['AAPL'], stages: ['derive'] });
  expect([job.status, job.error]).toEqual([
    'failed',
    `derive AAPL ${DAY}: missing input: canonical/XNAS.ITCH/AAPL/${DAY}`,
  ]);
  const nothing = await house.run({ symbols: ['NOPE'] });
  expect(nothing.status).toBe('failed');
  expect(nothing.error).toMatch(/^no input: /);
  expect(nothing.steps).toEqual([]);
});

it('goes on with other days when one fails', async () => {
  mkdirSync(join(house.root, 'inbox', 'XNAS.ITCH', 'MSFT'), { recursive: true });
  const inbox = (date: string) => join(house.root, 'inbox', 'XNAS.ITCH', 'MSFT', `${date}.dbn`);
  const bytes = await workedBook();
  writeFileSync(inbox('2026-02-02'), bytes.subarray(0, bytes.length - 3));
  writeFileSync(inbox('2026-02-03'), bytes);
  const job = await house.run({ spec: 'version: 1\nsymbols: [MSFT]\nsource: {type: local, path: inbox}\n' });
  expect(job.status).toBe('failed');
  expect(job.error).toMatch(/^download MSFT 2026-02-02: .*ends too soon/);
  const of = (date: string) =>
    job.steps.filter((step: { date: string }) => step.date === date).map((step: { status: string }) => step.status);
  expect(of('2026-02-02')).toEqual(['failed', 'failed', 'failed', 'failed']);
  expect(of('2026-02-03')).toEqual(['completed', 'completed', 'completed', 'completed']);
});

it.each([
  ['an unknown key', { spec: { colour: 'red' } }, ['body', 'spec', 'colour']],
  ['an unknown key below', { spec: { qc: { max: 1 } } }, ['body', 'spec', 'qc', 'max']],
  [
    'a path out of the inbox',
    { spec: { source: { type: 'local', path: '../secrets' } } },
    ['body', 'spec', 'source', 'path'],
  ],
  ['another directory', { spec: { source: { type: 'local', path: '/etc' } } }, ['body', 'spec', 'source', 'path']],
  [
    'a pattern that climbs',
    { spec: { source: { type: 'local', pattern: '../{symbol}' } } },
    ['body', 'spec', 'source', 'pattern'],
  ],
  ['a file outside of the spec directory', { spec: '../secrets/key' }, ['body', 'spec']],
  ['an unknown file', { spec: 'nothing.yaml' }, ['body', 'spec']],
  ['text that is no YAML', { spec: '{: [\n' }, ['body', 'spec']],
  ['no stage at all', { stages: [] }, ['body', 'stages']],
  ['an unknown stage', { stages: ['dream'] }, ['body', 'stages', '0']],
  ['a symbol that is a path', { symbols: ['..'] }, ['body', 'symbols', '0']],
  ['a symbol with a slash', { symbols: ['A/B'] }, ['body', 'symbols', '0']],
  ['a day that is none', { dates: ['2026-02-30'] }, ['body', 'dates', '0']],
])('refuses %s with the place named', async (_what, body, loc) => {
  const answer = await house.post('/api/jobs', body);
  expect(answer.status).toBe(422);
  expect(answer.json.detail[0].loc).toEqual(loc);
});

it('never follows a link out of the inbox', async () => {
  writeFileSync(join(house.root, 'outside.dbn'), await workedBook());
  mkdirSync(join(house.root, 'inbox', 'XNAS.ITCH', 'LINK'), { recursive: true });
  symlinkSync(join(house.root, 'outside.dbn'), join(house.root, 'inbox', 'XNAS.ITCH', 'LINK', `${DAY}.dbn`));
  const answer = await house.post('/api/jobs', {
    symbols: ['LINK'],
    spec: { source: { type: 'local', path: 'inbox' } },
  });
  expect([answer.status, answer.json.detail[0].loc]).toEqual([422, ['body', 'spec', 'source', 'pattern']]);
  symlinkSync('/etc', join(house.root, 'inbox', 'etc'));
  const dir = await house.post('/api/jobs', { symbols: ['X'], spec: { source: { type: 'local', path: 'inbox/etc' } } });
  expect([dir.status, dir.json.detail[0].loc]).toEqual([422, ['body', 'spec', 'source', 'path']]);
});

it('reads a named spec, and lets the body say otherwise', async () => {
  writeFileSync(
    join(house.root, 'specs', 'day.yaml'),
    `symbols: [NVDA, AAPL]\ndates: {start: 2026-02-01, end: ${DAY}}\nstages: [qc]\n`,
  );
  const job = await house.run({ spec: 'day.yaml', symbols: ['NVDA'] });
  expect([job.status, job.stages, job.symbols, job.dates]).toEqual([
    'completed',
    ['qc'],
    ['NVDA'],
    { start: '2026-02-01', end: DAY },
  ]);
});

it('takes an upload once, refuses other bytes for the day unless forced, and survives odd symbols', async () => {
  const bytes = await workedBook();
  const name = `symbol=BRK.B&date=${DAY}`;
  const first = await house.upload(name, bytes);
  expect([first.status, first.json.n_records]).toEqual([200, 14]);
  expect((await house.upload(name, bytes)).json).toEqual(first.json);
  const other = Buffer.from(bytes);
  other[other.length - 1]! ^= 1;
  expect((await house.upload(name, other)).status).toBe(409);
  const forced = await house.upload(`${name}&force=true`, other);
  expect([forced.status, forced.json.id]).toEqual([200, first.json.id]);
  expect(forced.json.sha256).not.toBe(first.json.sha256);
  const odd = await house.upload(`symbol=${encodeURIComponent('^A=B+C')}&date=${DAY}`, bytes);
  expect(odd.json.file_path).toBe(`raw/XNAS.ITCH/%5EA%3DB%2BC/${DAY}.dbn`);
  expect((await house.upload(`symbol=X&date=${DAY}`, Buffer.from('no dbn at all'))).status).toBe(422);
  expect((await house.upload(`symbol=X&date=${DAY}&dataset=GLBX.MDP3`, bytes)).json.detail[0].loc).toEqual([
    'query',
    'dataset',
  ]);
  expect((await house.upload(`symbol=X&date=${DAY}`, Buffer.alloc(0))).status).toBe(422);
  expect(readdirSync(join(house.root, 'uploads', 'umiki'))).toEqual([]);
});

it('holds the registry against the disk', async () => {
  const { json } = await house.get('/api/datasets?symbol=BRK.B');
  const [{ id }] = json;
  const path = join(house.root, (await house.get(`/api/datasets/${id}`)).json.file_path);
  const aside = join(house.root, 'aside');
  writeFileSync(aside, readFileSync(path));
  rmSync(path);
  expect((await house.post('/api/datasets/rescan', {})).json).toMatchObject({ removed: 1 });
  expect((await house.get(`/api/datasets/${id}`)).json).toEqual({ detail: 'Dataset not found' });
  const away = join(house.root, 'raw/XNAS.ITCH/TSLA', `${DAY}.dbn`);
  mkdirSync(dirname(away), { recursive: true });
  writeFileSync(away, readFileSync(aside));
  expect((await house.post('/api/datasets/rescan', {})).json).toMatchObject({ added: 1, removed: 0 });
  expect((await house.get('/api/datasets?symbol=TSLA')).json).toMatchObject([{ n_records: 14, zone: 'raw' }]);
});

it('exports on request and waits for it', async () => {
  const answer = await house.post('/api/export', { symbols: ['nvda'], force: true });
  expect([answer.status, answer.json]).toEqual([
    200,
    expect.objectContaining({ status: 'completed', dataset: 'XNAS.ITCH', symbols: ['NVDA'], n_shards: 1 }),
  ]);
  expect((await house.post('/api/export', { symbols: ['NVDA', 'ZZZZ'] })).json).toEqual({
    detail: 'No derived data for ZZZZ',
  });
  const { json: first } = await house.get('/api/export/manifest');
  await house.post('/api/export', { symbols: ['NVDA'] });
  expect((await house.get('/api/export/manifest')).json).toEqual(first);
  expect((await house.get('/api/export/manifest?dataset=GLBX.MDP3')).status).toBe(404);
});

it('writes the arrays that a spec asks for', async () => {
  const job = await house.run({ spec: { training: { format: 'npy' } }, symbols: ['NVDA'], stages: ['export'] });
  expect(job.status).toBe('completed');
  const head = readFileSync(join(house.root, 'training/XNAS.ITCH/NVDA', `${DAY}.X.npy`));
  expect(head.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
  expect(head.toString('latin1', 10, 128)).toMatch(/'descr': '<f4', 'fortran_order': False, 'shape': \(\d+, 21\)/);
  expect((statSync(join(house.root, 'training/XNAS.ITCH/NVDA', `${DAY}.y.npy`)).size - 128) % 8).toBe(0);
});

it('takes the old minutes of a day away that is built again with fewer, and leaves what others brought and other days', async () => {
  const { measurements } = house.desk;
  const days = ['2026-02-05', '2026-02-06'];
  const spec = { source: { type: 'synthetic', seed: 5, events: 8_000 } };
  const build = (dates: string[], extended: boolean) =>
    house.run({ spec, symbols: ['LESS'], dates, stages: ['download', 'decode', 'derive'], extended });
  const times = async (name: string) => [...(await measurements.readDoubles(`LESS_1m_${name}`)).timestampUs];
  expect((await build(days, true)).error).toBeNull();
  const long = await times('ohlcv');
  // At half past three in the night of New York, where no build of ours has a minute.
  const foreign = Date.parse(`${days[0]}T08:30:00Z`) * 1000;
  const prices = ['open', 'high', 'low', 'close'].map((name) => ({
    ...{ name, type: 'DOUBLE' as const },
    values: Float64Array.of(1),
  }));
  await measurements.append('LESS_1m_ohlcv', { timestampUs: Float64Array.of(foreign), columns: prices });
  expect((await build([days[0]!], false)).error).toBeNull();
  const { json } = await house.get(`/api/data/bars?symbol=LESS&from=${days[0]}&to=${days[0]}`);
  const minutes: number[] = json.bars.map(({ ts }: { ts: number }) => ts * 1000);
  const secondDay = long.filter((us) => us >= Date.parse(`${days[1]}T05:00:00Z`) * 1000);
  expect(minutes.length + secondDay.length).toBeLessThan(long.length);
  expect(await times('ohlcv')).toEqual([foreign, ...minutes, ...secondDay]);
  expect(await times('ind')).toEqual([...minutes, ...secondDay]);
});

it('cancels a job and begins one again', async () => {
  const sent = await house.post('/api/jobs', {
    spec: { source: { type: 'synthetic', events: 400_000 } },
    symbols: ['SLOW'],
    dates: ['2026-02-02', '2026-02-03', '2026-02-04'],
  });
  expect([sent.status, sent.json.status]).toEqual([200, 'pending']);
  expect((await house.post(`/api/jobs/${sent.json.id}/cancel`, {})).status).toBe(200);
  const ended = await house.jobEnd(sent.json.id);
  expect(ended.status).toBe('cancelled');
  expect((await house.post(`/api/jobs/${sent.json.id}/cancel`, {})).status).toBe(409);
  const again = await house.post(`/api/jobs/${sent.json.id}/retry`, {});
  expect(again.json.id).not.toBe(sent.json.id);
  await house.post(`/api/jobs/${again.json.id}/cancel`, {});
  expect((await house.jobEnd(again.json.id)).status).toBe('cancelled');
  expect((await house.post('/api/jobs/nope/cancel', {})).json).toEqual({ detail: 'Job not found' });
});

it('gives the bars to the research surfaces, and the manifest its lineage down to the raw bytes', async () => {
  const { measurements, db } = house.desk;
  const { json } = await house.get(`/api/data/bars?symbol=NVDA&from=${DAY}&to=${DAY}`);
  const read = await measurements.readDoubles('NVDA_1m_ohlcv', { columns: ['close', 'volume'] });
  const closeAt = new Map([...read.timestampUs].map((us, i) => [us / 1000, read.columns['close']![i]]));
  // Bars of early and late trading that were derived before are gone: the day has been built again without them.
  expect(read.rows).toBe(json.bars.length);
  for (const bar of json.bars) expect(closeAt.get(bar.ts)).toBe(bar.close);
  expect((await measurements.find('NVDA_1m_ind'))?.rowCount).toBe(read.rows);
  const dataset = await findDataset(db, 'NVDA_1m');
  expect(dataset).toMatchObject({ symbol: 'NVDA', granularity: '1m', source: 'umiki' });

  const manifest = readFileSync(join(house.root, 'training/XNAS.ITCH/manifest.json'));
  const ancestry = await listAncestry(db, createHash('sha256').update(manifest).digest('hex'));
  expect([...new Set(ancestry.map(({ kind }) => kind))].sort()).toEqual([
    'bars_1m',
    'events',
    'features',
    'manifest',
    'raw',
    'shard',
  ]);
});
