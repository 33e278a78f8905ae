/** Depth around the mid over a span of a day (umiki.md 9.6): the whole day from its samples, else those rows alone that the index chooses. */

import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type RowRun, stretchesOf, stretchRun } from '#data/zones/day-index.js';
import { readDaySamples, samplesDrawn, twoSidedIn } from '#data/zones/day-samples.js';
import { readMeta } from '#data/zones/file-meta.js';
import { newBookRows } from '#data/zones/read-book-rows.js';
import { TRADE_COLUMNS } from '#data/zones/trades.js';
import { type MarketDay, zonePath } from '#data/zones/zone-path.js';
import { ACTION, type BookRows, isTwoSided, tsMsOf } from '#engine/book/day/book-rows.js';
import { HeatmapMaker, sampledRows } from '#engine/book/day/heatmap.js';
import { type Day, eachRow, findDay, type ReadDesk, rowsWithin, type Span, singles } from './day-reader.js';
import type { DrawnHeatmap, MarketDesk } from './desk.js';

export interface HeatmapRequest {
  readonly span: Span;
  readonly samplesMax: number;
  /** In ticks from the mid. */
  readonly priceRange: number;
}

const DEFAULT_TICK = 0.01;
const SUB_DOLLAR_TICK = 0.0001;

type Desk = ReadDesk & Pick<MarketDesk, 'heatmaps'>;

/** An empty picture when the day has no rows. A picture is kept for a while by the bytes it was drawn from: many look at the same. */
export async function drawHeatmap(desk: Desk, name: MarketDay, request: HeatmapRequest): Promise<DrawnHeatmap> {
  const day = await findDay(desk, name);
  const { span, samplesMax, priceRange } = request;
  if (day === undefined) return { ...new HeatmapMaker({ priceRange, tick: DEFAULT_TICK }).finish(), totalInRange: 0 };
  const key = [day.events.sha256, span.fromMs, span.toMs, samplesMax, priceRange].join();
  return desk.heatmaps.get(key, () => draw(desk, day, request));
}

async function draw(desk: ReadDesk, day: Day, { span, samplesMax, priceRange }: HeatmapRequest): Promise<DrawnHeatmap> {
  const { total, trades, visit } =
    (await keptSamples(desk, day, span, samplesMax)) ?? (await chosenRows(desk, day, span, samplesMax));
  const tick = await tickOf(desk, day, visit);
  const maker = new HeatmapMaker({ priceRange, tick });
  await visit(samplesMax, (rows, i) => maker.addSample(rows, i));
  const runs = await rowsWithin(desk, day, span);
  if (total > 0 && trades > 0)
    for await (const rows of tradesOf(desk, day, bounded(runs)))
      for (let i = 0; i < rows.rows; i++) {
        const ms = tsMsOf(rows, i);
        if (ms >= span.fromMs && ms < span.toMs) maker.addTrade(rows, i);
      }
  return { ...maker.finish(), totalInRange: total };
}

/** The rows that become columns. */
interface Samples {
  /** Two-sided rows in the span. */
  readonly total: number;
  /** At least, in the stretches that the span touches. */
  readonly trades: number;
  /** The first `most` of the columns, in their order. */
  readonly visit: VisitSamples;
}

type VisitSamples = (most: number, add: (rows: BookRows, i: number) => void) => Promise<void>;

/** From the samples beside the events: undefined when they are lost, or the picture shows less than the day or other rows of it. */
async function keptSamples(desk: ReadDesk, day: Day, span: Span, samplesMax: number): Promise<Samples | undefined> {
  const { index, events, originNs } = day;
  const stretches = stretchesOf(index, span.fromMs, span.toMs);
  if (stretches.length < index.minMs.length || stretches.some(({ isWhole }) => !isWhole)) return undefined;
  const total = twoSidedIn(index);
  const drawn = samplesDrawn(total, samplesMax);
  if (drawn === undefined) return undefined;
  const kept = await readDaySamples(join(desk.root, zonePath.samples(day)), events.sha256, originNs);
  if (kept === undefined || kept.total !== total) return undefined;
  const { rows } = kept;
  return {
    total,
    trades: index.trades.reduce((sum, count) => sum + count, 0),
    async visit(most, add) {
      for (const i of drawn.slice(0, most)) add(rows, i);
    },
  };
}

/** From the events. */
async function chosenRows(desk: ReadDesk, day: Day, span: Span, samplesMax: number): Promise<Samples> {
  const { total, trades, pick } = await twoSidedRows(desk, day, span);
  const indices = await pick(sampledRows(total, samplesMax));
  return {
    total,
    trades,
    async visit(most, add) {
      const runs = singles(indices.slice(0, most));
      await eachRow(desk, day, { levels: 10, counts: false, event: 'time', runs }, add);
    },
  };
}

/** Many small runs would be a long question: from the first to the last, with the times looked at row by row. */
const bounded = (runs: readonly RowRun[]): RowRun[] =>
  runs.length === 0 ? [] : [{ from: runs[0]!.from, to: runs.at(-1)!.to }];

/** From the file of trades beside the events; from the events themselves where there is none. */
async function* tradesOf(desk: ReadDesk, day: Day, runs: readonly RowRun[]): AsyncGenerator<BookRows> {
  const path = join(desk.root, zonePath.trades(day, day.events.sha256));
  if (!(await isThere(path))) {
    const { originNs } = day;
    yield* desk.reader.bookRows(day.path, { levels: 0, tradesOnly: true, originNs, runs });
    return;
  }
  const nothing = newBookRows({ levels: 0, originNs: day.originNs });
  const isAll = runs.length === 1 && runs[0]!.from === 0 && runs[0]!.to === day.index.rows;
  for await (const { rows: count, columns } of desk.reader.doubleChunks(path, TRADE_COLUMNS, isAll ? undefined : runs))
    yield tradeRows(nothing, count, columns);
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** As much of a row as a trade in a picture shows. */
function tradeRows(nothing: BookRows, count: number, [ms, price, size, side]: readonly Float64Array[]): BookRows {
  const originMs = Number(nothing.originNs / 1_000_000n);
  return {
    ...nothing,
    rows: count,
    tsEventNs: ms!.map((at) => (at - originMs) * 1e6),
    action: new Uint8Array(count).fill(ACTION.trade),
    side: Uint8Array.from(side!),
    price: price!,
    size: Uint32Array.from(size!),
  };
}

/** What the day was derived with; else what is usual at its price. */
async function tickOf(desk: ReadDesk, day: Day, visit: VisitSamples): Promise<number> {
  const meta = await readMeta(desk.root, zonePath.features(day));
  const tick = meta?.params['tick'];
  if (typeof tick === 'number') return tick;
  let mid = 1;
  await visit(1, (rows, i) => {
    mid = (rows.bids.px[0]![i]! + rows.asks.px[0]![i]!) / 2e9;
  });
  return mid < 1 ? SUB_DOLLAR_TICK : DEFAULT_TICK;
}

interface TwoSided {
  readonly total: number;
  /** At least, in the stretches that the span touches. */
  readonly trades: number;
  /** Record numbers of the two-sided rows at these ascending places. */
  pick(places: readonly number[]): Promise<number[]>;
}

/** Counts by the index; stretches that are cut by the span, or hold rows of one side, are looked at when they have to be. */
async function twoSidedRows(desk: ReadDesk, day: Day, { fromMs, toMs }: Span): Promise<TwoSided> {
  const { index } = day;
  const scan = async (run: RowRun, isWhole: boolean): Promise<number[]> => {
    const found: number[] = [];
    await eachRow(desk, day, { levels: 1, counts: false, event: 'time', runs: [run] }, (rows, i, row) => {
      const ms = tsMsOf(rows, i);
      if (isTwoSided(rows, i) && (isWhole || (ms >= fromMs && ms < toMs))) found.push(row);
    });
    return found;
  };
  const parts: { run: RowRun; first: number; count: number; rows: number[] | undefined }[] = [];
  let total = 0;
  let trades = 0;
  for (const { at, isWhole } of stretchesOf(index, fromMs, toMs)) {
    const run = stretchRun(index, at);
    const rows = isWhole ? undefined : await scan(run, false);
    const count = rows?.length ?? index.twoSided[at]!;
    trades += index.trades[at]!;
    if (count > 0) parts.push({ run, first: total, count, rows });
    total += count;
  }
  return {
    total,
    trades,
    async pick(places) {
      const picked: number[] = [];
      let at = 0;
      for (const place of places) {
        while (place >= parts[at]!.first + parts[at]!.count) at++;
        const part = parts[at]!;
        const isFull = part.count === part.run.to - part.run.from;
        if (part.rows === undefined && !isFull) part.rows = await scan(part.run, true);
        const within = place - part.first;
        picked.push(part.rows === undefined ? part.run.from + within : part.rows[within]!);
      }
      return picked;
    },
  };
}
