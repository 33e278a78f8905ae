/** Is this day what it should be? Counts, spreads, hidden orders and the alerts they raise (umiki.md 6). */
import { newYorkMinute } from '../../calendar/new-york-time.js';
import { ACTION, type BookRows, F_LAST, isTwoSided, msClock, NANOS } from './book-rows.js';
import type { DayQuality, QuietSpell } from './day-quality.js';
import { type EventGroup, EventGroups } from './event-groups.js';
import type { FeatureRows } from './features.js';
import { IcebergRefills } from './iceberg-refills.js';
import { MinuteBarsMaker } from './minute-bars.js';
import { alertsOf, type QualityLimits } from './quality-alerts.js';
import { RTH_CLOSE_MINUTE, sessionOf } from './sessions.js';

export interface QualityOptions {
  /** Whether any row of the file has F_LAST: then only such rows are judged. */
  readonly hasLastFlags: boolean;
  /** Counted by the book builder; 0 where the file came as levels. */
  readonly bookErrors: number;
  readonly limits: QualityLimits;
  readonly rthCloseMinute?: number;
}

/** A book is fresh when its last change is at most this old. */
const FRESH_NS = 1_000_000_000;

interface InstrumentTrades {
  lastChangeNs: number;
  /** Trades inside the spread on a fresh book, of the group that stands open. */
  inside: number;
}

/** Pushed stretch by stretch in file order, with the features of the same rows. */
export class DayQualityMaker {
  readonly #options: QualityOptions;
  readonly #groups: EventGroups;
  readonly #bars = new MinuteBarsMaker();
  readonly #icebergs = new IcebergRefills();
  readonly #trades = new Map<number, InstrumentTrades>();
  /** Rows by spread in nanos: the median of ten million rows out of some hundred widths. */
  readonly #spreads = new Map<number, number>();
  readonly #actions = new Float64Array(256);
  readonly #quiet: QuietSpell[] = [];
  #records = 0;
  #judged = 0;
  #seqGaps = 0;
  #crossed = 0;
  #locked = 0;
  #midSpread = 0;
  #groupsA = 0;
  #groupsB = 0;
  #properGroupsA = 0;
  #outOfOrder = 0;
  #lastSequence = 0;
  #lastNs = Number.NEGATIVE_INFINITY;
  #lastRegularMs: number | undefined;

  constructor(options: QualityOptions) {
    this.#options = options;
    this.#groups = new EventGroups(options);
  }

  push(rows: BookRows, features: FeatureRows): void {
    this.#bars.push(rows, features);
    for (let i = 0; i < rows.rows; i++) {
      this.#closeGroup(this.#groups.step(rows, i));
      this.#icebergs.step(rows, i);
      this.#count(rows, i);
      this.#judge(rows, i);
      this.#watchTrade(rows, i);
    }
    this.#watchQuiet(rows);
  }

  finish(): DayQuality {
    for (const group of this.#groups.finish()) this.#closeGroup(group);
    this.#icebergs.finish();
    const bars = this.#bars.finish();
    const mean = (values: Float64Array) =>
      values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
    const trades = this.#actions[ACTION.trade]!;
    const quality = {
      records: this.#records,
      judged: this.#judged,
      seqGaps: this.#seqGaps,
      bboCrossed: this.#crossed,
      bboLocked: this.#locked,
      ...spreadFigures(this.#spreads),
      actions: this.#actionCounts(),
      trades,
      midSpread: this.#midSpread,
      icebergRefills: this.#icebergs.refills,
      avgRMean: mean(bars.columns.avg_r),
      rStdMean: mean(bars.columns.r_std),
      hiddenTradeVolumeMean: mean(bars.columns.hidden_trade_volume),
      groupsA: this.#groupsA,
      groupsB: this.#groupsB,
      properGroupsA: this.#properGroupsA,
      outOfOrder: this.#outOfOrder,
      bookErrors: this.#options.bookErrors,
      quiet: this.#quiet,
    };
    return { ...quality, alerts: alertsOf(quality, this.#options.limits) };
  }

  #closeGroup(group: EventGroup | undefined): void {
    if (group === undefined) return;
    const trades = this.#trades.get(group.instrumentId);
    if (group.kind === 'B') this.#midSpread += trades?.inside ?? 0;
    if (trades !== undefined) trades.inside = 0;
    this.#icebergs.close(group);
    if (group.kind === 'B') this.#groupsB++;
    if (group.kind !== 'A') return;
    this.#groupsA++;
    if (group.isProper) this.#properGroupsA++;
  }

  #count(rows: BookRows, i: number): void {
    const sequence = rows.sequence[i]!;
    const atNs = rows.tsEventNs[i]!;
    this.#records++;
    this.#actions[rows.action[i]!] = this.#actions[rows.action[i]!]! + 1;
    if (sequence !== 0) {
      if (this.#lastSequence !== 0 && sequence > this.#lastSequence + 1) this.#seqGaps++;
      this.#lastSequence = sequence;
    }
    if (atNs < this.#lastNs) this.#outOfOrder++;
    this.#lastNs = atNs;
  }

  #judge(rows: BookRows, i: number): void {
    if (this.#options.hasLastFlags && (rows.flags[i]! & F_LAST) === 0) return;
    this.#judged++;
    if (!isTwoSided(rows, i)) return;
    const width = rows.asks.px[0]![i]! - rows.bids.px[0]![i]!;
    if (width < 0) {
      this.#crossed++;
      return;
    }
    if (width === 0) this.#locked++;
    this.#spreads.set(width, (this.#spreads.get(width) ?? 0) + 1);
  }

  #watchTrade(rows: BookRows, i: number): void {
    const instrumentId = rows.instrumentId[i]!;
    const action = rows.action[i]!;
    const isTrade = action === ACTION.trade;
    if (!isTrade && action === ACTION.clear) return;
    let trades = this.#trades.get(instrumentId);
    if (trades === undefined) {
      trades = { lastChangeNs: Number.NEGATIVE_INFINITY, inside: 0 };
      this.#trades.set(instrumentId, trades);
    }
    if (!isTrade) {
      trades.lastChangeNs = rows.tsEventNs[i]!;
      return;
    }
    const isFresh = rows.tsEventNs[i]! - trades.lastChangeNs <= FRESH_NS && rows.isSuspect[i] === 0;
    const price = rows.price[i]!;
    // Comparisons with a missing level or price are false.
    if (isFresh && rows.bids.px[0]![i]! < price && price < rows.asks.px[0]![i]!) trades.inside++;
  }

  /** Only gaps between two rows of regular hours: the session's edges do not count. */
  #watchQuiet(rows: BookRows): void {
    const close = this.#options.rthCloseMinute ?? RTH_CLOSE_MINUTE;
    const allowedMs = this.#options.limits.maxGapMinutes * 60_000;
    const msAt = msClock(rows);
    for (let i = 0; i < rows.rows; i++) {
      const ms = msAt(i);
      const last = this.#lastRegularMs;
      // The calendar is asked once a minute: sessions begin and end on one.
      const isKnown = last !== undefined && Math.floor(ms / 60_000) === Math.floor(last / 60_000);
      if (!isKnown && sessionOf(ms, close) !== 'rth') continue;
      if (last !== undefined && ms - last > allowedMs)
        this.#quiet.push({ fromMinute: newYorkMinute(last), toMinute: newYorkMinute(ms) });
      if (last === undefined || ms > last) this.#lastRegularMs = ms;
    }
  }

  #actionCounts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (let code = 0; code < 256; code++)
      if (this.#actions[code]! > 0) counts[String.fromCharCode(code)] = this.#actions[code]!;
    return counts;
  }
}

/** Mean and median of the widths, each row weighing one; the median is the mean of the two middle values. */
function spreadFigures(spreads: ReadonlyMap<number, number>) {
  const widths = [...spreads].sort(([a], [b]) => a - b);
  let rows = 0;
  let sum = 0;
  for (const [width, count] of widths) {
    rows += count;
    sum += width * count;
  }
  if (rows === 0) return { spreadMean: null, spreadMedian: null };
  const valueAt = (position: number) => {
    let seen = 0;
    for (const [width, count] of widths) {
      seen += count;
      if (position < seen) return width;
    }
    return widths[widths.length - 1]![0];
  };
  const median = (valueAt(Math.floor((rows - 1) / 2)) + valueAt(Math.floor(rows / 2))) / 2;
  return { spreadMean: sum / rows / NANOS, spreadMedian: median / NANOS };
}
