import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { blockOfMbo } from '#data/dbn/block.js';
import { newMetadata } from '#data/dbn/metadata.js';
import { encodeDbn } from '#data/dbn/write-file.js';
import { placeMboBlock } from '#engine/frame/dbn-block.js';
import { createRemembered } from '#services/market/day-cache.js';
import { drawHeatmap } from '#services/market/heatmap.service.js';
import { listenTo } from '../../support/text-socket.js';
import { openUmikiHouse } from './umiki-house.js';
import { START_NS, workedBook } from './worked-book.js';

/** The provider as we recorded it: one path, a key as user name, the bytes of a day. */
const asked: { url: string; authorization: string | undefined }[] = [];
let providerStatus = 200;
const provider = createServer(async (request, response) => {
  asked.push({ url: request.url ?? '', authorization: request.headers.authorization });
  if (providerStatus !== 200) response.writeHead(providerStatus).end('{"detail":"no"}');
  else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(await workedBook());
});
await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
afterAll(() => provider.close());
const { port } = provider.address() as { port: number };

const house = await openUmikiHouse({ provider: { key: 'db-secret-key', url: `http://127.0.0.1:${port}` } });
const [FIRST, SECOND] = ['2026-02-02', '2026-02-03'];
const made = await house.run({
  spec: { source: { type: 'synthetic', seed: 11, events: 12_000 } },
  symbols: ['NVDA'],
  dates: [FIRST, SECOND],
  stages: ['download', 'decode', 'derive', 'export'],
  extended: true,
});
const SPAN = `symbol=NVDA&from=${FIRST}&to=${SECOND}`;

it('gives bars by session, ascending, each minute once', async () => {
  expect(made.error).toBeNull();
  const bars = async (session: string) => (await house.get(`/api/data/bars?${SPAN}&session=${session}`)).json;
  const [all, rth, extended] = [await bars('all'), await bars('rth'), await bars('extended')];
  expect([all.symbol, all.from_date, all.to_date, all.count]).toEqual(['NVDA', FIRST, SECOND, all.bars.length]);
  expect(rth.count + extended.count).toBe(all.count);
  expect(rth.count).toBeGreaterThan(0);
  expect(extended.count).toBeGreaterThan(0);
  const times = all.bars.map(({ ts }: { ts: number }) => ts);
  expect(times).toEqual([...new Set(times)].sort((a, b) => (a as number) - (b as number)));
  const minute = (ts: number) => new Date(ts - 5 * 3_600_000).toISOString().slice(11, 16);
  expect(rth.bars.every(({ ts }: { ts: number }) => minute(ts) >= '09:30' && minute(ts) < '16:00')).toBe(true);
  for (const bar of all.bars) {
    expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
    expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
  }
  expect((await house.get(`/api/data/bars?symbol=NVDA&from=2026-03-02&to=2026-03-03`)).json.bars).toEqual([]);
  expect((await house.get(`/api/data/bars?symbol=NVDA&from=${SECOND}&to=${FIRST}`)).status).toBe(422);
  expect((await house.get('/api/data/bars?symbol=NVDA&from=2025-01-01&to=2026-02-01')).status).toBe(422);
  expect((await house.get(`/api/data/bars?${SPAN}&session=night`)).json.detail[0].type).toBe('enum');
  expect((await house.get(`/api/data/bars?symbol=ZZZZ&from=${FIRST}&to=${FIRST}`)).json).toEqual({
    detail: 'No data for ZZZZ',
  });
});

it('gives samples whose labels are known, with their statistics, and the same as a file', async () => {
  const { json } = await house.get(`/api/data/training?${SPAN}`);
  const { json: manifest } = await house.get('/api/export/manifest');
  expect(json.count).toBe(manifest.total_samples);
  expect(new Set(json.samples.map(({ date }: { date: string }) => date))).toEqual(new Set([FIRST, SECOND]));
  const returns = json.samples.map((sample: { return_1m: number }) => sample.return_1m);
  expect(returns.every((value: unknown) => typeof value === 'number')).toBe(true);
  const mean = returns.reduce((sum: number, value: number) => sum + value, 0) / returns.length;
  expect(json.stats.labels.return_1m.mean).toBeCloseTo(mean, 12);
  const { direction_1m: directions } = json.stats.labels;
  expect(directions['-1'] + directions['0'] + directions['1']).toBe(json.count);
  expect(Object.keys(json.stats.features)).toEqual(manifest.config.features);

  const csv = await house.get(`/api/data/training/csv?${SPAN}`);
  expect(csv.headers['content-type']).toMatch(/^text\/csv/);
  expect(csv.headers['content-disposition']).toBe(`attachment; filename="training_NVDA_${FIRST}_${SECOND}.csv"`);
  const [head, ...lines] = csv.text.trimEnd().split('\n');
  expect(head!.split(',').slice(0, 6)).toEqual(['date', 'ts', 'open', 'high', 'low', 'close']);
  expect([lines.length, head!.split(',').length]).toEqual([json.count, 29]);
  expect((await house.get('/api/data/training/csv?symbol=NVDA&from=2026-03-02&to=2026-03-02')).status).toBe(404);
  const none = (await house.get('/api/data/training?symbol=NVDA&from=2026-03-02&to=2026-03-02')).json;
  expect([none.count, none.stats.features, none.stats.labels.return_1m]).toEqual([
    0,
    {},
    { mean: 0, std: 0, count: 0 },
  ]);
});

it('hands out the shard of a day as it stands', async () => {
  const answer = await house.app.inject(`/api/export/training/nvda/${FIRST}`);
  const { shards } = (await house.get('/api/export/manifest')).json;
  expect(createHash('sha256').update(answer.rawPayload).digest('hex')).toBe(shards[0].shard_hash);
  expect(answer.headers['content-disposition']).toBe(`attachment; filename="training_NVDA_${FIRST}.parquet"`);
  expect((await house.get('/api/export/training/NVDA/2026-03-02')).status).toBe(404);
});

it('says the lines of a job over a socket, and closes it at the end', async () => {
  const base = await house.app.listen({ port: 0, host: '127.0.0.1' });
  const listen = (id: string) => listenTo(`${base}/ws/jobs/${id}/logs`);
  const said = await listen(made.id);
  expect(said.code).toBe(1000);
  expect(said.lines.length).toBe(made.steps.length);
  expect(said.lines[0]).toMatch(/^\S+Z info download NVDA 2026-02-02 completed/);
  expect(await listen('nope')).toEqual({ lines: [], code: 1008 });
});

it('sums up a symbol and holds two plain models against guessing', async () => {
  const { json } = await house.get('/api/data/summary?symbol=nvda');
  expect(Object.keys(json.zones)).toEqual(['raw', 'canonical', 'derived', 'training']);
  expect(json.zones.derived.total_records).toBe(json.zones.canonical.total_records);
  expect(json.daily.map(({ date }: { date: string }) => date)).toEqual([FIRST, SECOND]);
  const { json: baseline } = await house.get('/api/data/baseline?symbol=NVDA');
  const { n_samples: n, n_train, n_test } = baseline;
  expect([n_train, n_test, baseline.n_features]).toEqual([Math.floor(0.8 * n), n - Math.floor(0.8 * n) - 1, 21]);
  expect(baseline.classification.accuracy - baseline.classification.naive_accuracy).toBeCloseTo(
    baseline.classification.lift_over_naive,
    12,
  );
  expect((await house.get('/api/data/baseline?symbol=NVDA')).json).toEqual(baseline);
});

it('turns pages of frames that fit together, whatever the borders', async () => {
  const day = `symbol=NVDA&date=${FIRST}&from_ts=2026-02-02T14:30:00Z&to_ts=2026-02-02T15:00:00Z`;
  const page = async (offset: number, limit: number) =>
    (await house.get(`/api/data/replay?${day}&offset=${offset}&limit=${limit}`)).json;
  const whole = await page(0, 40);
  const [left, right] = [await page(0, 25), await page(25, 15)];
  expect([...left.frames, ...right.frames]).toEqual(whole.frames);
  expect(whole.frames.every(({ ts }: { ts: number }) => ts >= Date.parse('2026-02-02T14:30:00Z'))).toBe(true);
  const last = await page(whole.total_in_range - 1, 10);
  expect([last.returned, last.has_more]).toEqual([1, false]);
  const { json: ticks } = await house.get(`/api/data/ticks?${day}&limit=10`);
  expect([ticks.total_in_range, ticks.returned]).toEqual([whole.total_in_range, 10]);
  expect((await house.get(`/api/data/replay?symbol=NVDA&date=${FIRST}&from_ts=2026-03-02T14:30:00Z`)).status).toBe(422);
});

it('draws as many samples as asked for, spread over the two-sided rows', async () => {
  const { json } = await house.get(`/api/data/heatmap?symbol=NVDA&date=${FIRST}&max_samples=50&price_range=10`);
  expect([json.n_samples, json.offsets.length, json.depth.length, json.depth[0].length]).toEqual([50, 21, 21, 50]);
  expect(json.total_in_range).toBeGreaterThan(1000);
  expect(json.trades.every((trade: { sample_idx: number }) => trade.sample_idx < 50)).toBe(true);
  // The best prices stand next to the mid, and nothing stands on it.
  expect(json.depth[10].every((size: number) => size === 0)).toBe(true);
});

it('finds the same trades beside the events and among them', async () => {
  const day = { dataset: 'XNAS.ITCH', symbol: 'NVDA', date: FIRST };
  const span = { fromMs: Date.parse(`${FIRST}T15:00:00Z`), toMs: Date.parse(`${FIRST}T19:00:00.5Z`) };
  const draw = () =>
    drawHeatmap({ ...house.desk, heatmaps: createRemembered() }, day, { span, samplesMax: 300, priceRange: 15 });
  const beside = await draw();
  expect(beside.trades.length).toBeGreaterThan(10);
  const dir = join(house.root, 'canonical/XNAS.ITCH/NVDA', FIRST);
  const names = readdirSync(dir).filter((name) => name.startsWith('trades-') && name.endsWith('.parquet'));
  expect(names.length).toBe(1);
  rmSync(join(dir, names[0]!));
  expect(await draw()).toEqual(beside);
});

it('draws the whole day the same from its samples as from its events, and keeps samples again that were lost', {
  timeout: 120_000,
}, async () => {
  const day = { dataset: 'XNAS.ITCH', symbol: 'INTC', date: SECOND };
  const source = { type: 'synthetic', seed: 12, events: 20_000 };
  const asked = { spec: { source }, symbols: ['INTC'], dates: [SECOND], stages: ['download', 'decode', 'derive'] };
  expect((await house.run(asked)).error).toBeNull();
  const dir = join(house.root, 'canonical/XNAS.ITCH/INTC', SECOND);
  const samples = join(dir, 'events.samples');
  const whole = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  const holdsIt = {
    fromMs: Date.parse(`${SECOND}T00:00:00Z`),
    toMs: Date.parse(`${SECOND}T00:00:00Z`) + 2 * 86_400_000,
  };
  const draw = async () => {
    let read = 0;
    const reader = {
      ...house.desk.reader,
      bookRows(...what: Parameters<typeof house.desk.reader.bookRows>) {
        read++;
        return house.desk.reader.bookRows(...what);
      },
    };
    const drawn = [];
    const times = [];
    for (const span of [whole, holdsIt])
      for (const samplesMax of span === whole ? [1000, 2000, 3000, 10_000] : [2000]) {
        read = 0;
        const request = { span, samplesMax, priceRange: 20 };
        drawn.push(await drawHeatmap({ ...house.desk, reader, heatmaps: createRemembered() }, day, request));
        times.push(read);
      }
    return { drawn, times };
  };
  const madeAt = () => statSync(join(house.root, 'derived/XNAS.ITCH/INTC', SECOND, 'features.parquet')).mtimeMs;
  const before = madeAt();
  const kept = readFileSync(samples);
  const fast = await draw();
  expect(fast.drawn[0]!.totalInRange).toBeGreaterThan(10_000);
  // Three thousand are no part of ten thousand.
  expect(fast.times.map((read) => read > 0)).toEqual([false, false, true, false, false]);
  rmSync(samples);
  const slow = await draw();
  // As text: a million numbers compared one by one take a minute.
  expect(slow.drawn.map((one, i) => JSON.stringify(one) === JSON.stringify(fast.drawn[i]))).toEqual(
    Array(5).fill(true),
  );
  expect(Math.min(...slow.times)).toBeGreaterThan(0);
  // What is there already is left alone, but for what is missing beside it.
  expect((await house.run({ ...asked, stages: ['derive'] })).error).toBeNull();
  // By memcmp: Vitest compares buffers byte by byte, which took longer than all that is tested here.
  expect(readFileSync(samples).equals(kept)).toBe(true);
  expect(madeAt()).toBe(before);
});

it('fetches a day from the provider with the configured key, which nobody ever reads again', async () => {
  const body = { spec: { source: { type: 'provider', schema: 'mbo' } }, symbols: ['AMZN'], dates: [FIRST] };
  const job = await house.run(body);
  expect([job.status, job.error]).toEqual(['completed', null]);
  const [{ url, authorization }] = asked as [{ url: string; authorization: string }];
  expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe('db-secret-key:');
  expect(new URL(url, 'http://x').searchParams.get('end')).toBe(SECOND);
  providerStatus = 402;
  const refused = await house.run({ ...body, symbols: ['MSFT'] });
  expect(refused.error).toBe(`download MSFT ${FIRST}: the provider did not deliver: it answered 402`);
  const said = JSON.stringify([(await house.get(`/api/jobs/${refused.id}/logs`)).json, refused]);
  expect(said).not.toContain('db-secret-key');
});

it('finds the rows of a span where times step back, and pages through them', async () => {
  const rows = 60;
  const block = placeMboBlock(rows);
  block.rows = rows;
  // Every second record is a second late.
  const msOf = (row: number) => row * 10 - (row % 2) * 1000;
  for (let row = 0; row < rows; row++) {
    block.instrumentId[row] = 1;
    block.publisherId[row] = 2;
    block.tsEvent.values[row] = START_NS + BigInt(msOf(row)) * 1_000_000n;
    block.tsRecv.values[row] = START_NS + BigInt(row);
    block.action[row] = (row === 0 ? 'R' : 'A').charCodeAt(0);
    block.side[row] = (row === 0 ? 'N' : 'B').charCodeAt(0);
    block.price.values[row] = row === 0 ? 0x7fff_ffff_ffff_ffffn : 10_000_000_000n;
    block.size[row] = row;
    block.orderId.values[row] = BigInt(row);
    block.flags[row] = 128;
  }
  const metadata = newMetadata({ dataset: 'XNAS.ITCH', schema: 'mbo', start: START_NS });
  const pieces: Uint8Array[] = [];
  for await (const piece of encodeDbn(metadata, [blockOfMbo(block)])) pieces.push(piece);
  await house.upload(`symbol=BACK&date=${FIRST}`, Buffer.concat(pieces));
  expect((await house.run({ symbols: ['BACK'], stages: ['decode'] })).error).toBeNull();
  const startMs = Number(START_NS / 1_000_000n);
  const span = `symbol=BACK&date=${FIRST}&from_ts=${startMs}&to_ts=${startMs + 400}`;
  const inside = [...Array(rows).keys()].filter((row) => msOf(row) >= 0 && msOf(row) < 400);
  const sizes = async (offset: number, limit: number) => {
    const { json } = await house.get(`/api/data/replay?${span}&offset=${offset}&limit=${limit}`);
    expect(json.total_in_range).toBe(inside.length);
    return json.frames.map((frame: { event: { size: number } }) => frame.event.size);
  };
  expect(await sizes(0, 100)).toEqual(inside);
  expect([...(await sizes(0, 7)), ...(await sizes(7, 100))]).toEqual(inside);
  // The last row, in the order of the file, at or before a moment.
  const { json: book } = await house.get(`/api/data/book?symbol=BACK&date=${FIRST}&ts=${startMs + 105}`);
  expect(book.event.size).toBe(59);
});

it('splits a file that holds several symbols', async () => {
  const block = placeMboBlock(6);
  block.rows = 6;
  for (let row = 0; row < 6; row++) {
    block.instrumentId[row] = row % 2 === 0 ? 1 : 2;
    block.publisherId[row] = 2;
    block.tsEvent.values[row] = START_NS + BigInt(row);
    block.tsRecv.values[row] = START_NS + BigInt(row);
    block.action[row] = (row < 2 ? 'R' : 'A').charCodeAt(0);
    block.side[row] = (row < 2 ? 'N' : 'B').charCodeAt(0);
    block.price.values[row] = row < 2 ? 0x7fff_ffff_ffff_ffffn : 10_000_000_000n;
    block.size[row] = row;
    block.orderId.values[row] = BigInt(row);
    block.flags[row] = 128;
  }
  const interval = (id: number) => [{ startDate: 20260202, endDate: 20260203, symbol: String(id) }];
  const metadata = newMetadata({
    dataset: 'XNAS.ITCH',
    schema: 'mbo',
    start: START_NS,
    mappings: [
      { rawSymbol: 'ONE', intervals: interval(1) },
      { rawSymbol: 'TWO', intervals: interval(2) },
    ],
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of encodeDbn(metadata, [blockOfMbo(block)])) pieces.push(piece);
  mkdirSync(join(house.root, 'inbox', 'all'), { recursive: true });
  writeFileSync(join(house.root, 'inbox', 'all', `${FIRST}.dbn`), Buffer.concat(pieces));
  const job = await house.run({
    spec: { source: { type: 'local', path: 'inbox', pattern: 'all/{date}.dbn' } },
    symbols: ['ONE', 'TWO'],
    stages: ['download', 'decode'],
  });
  expect([job.status, job.error]).toEqual(['completed', null]);
  expect(job.steps.map((step: { n_records: number }) => step.n_records)).toEqual([3, 3, 3, 3]);
  const { json } = await house.get(`/api/audit/sample?symbol=TWO&date=${FIRST}`);
  expect(json.snapshots.map(({ size }: { size: number }) => size)).toEqual([0, 3, 5]);
});
