/** Rows in time order, what a model said of them and what the market then did: all that no configuration changes, worked out once. */
import type { LabelledMatrix } from '../frame/matrix.js';
import { DOWN, UP } from '../frame/matrix.js';
import { CLASS_COUNT } from '../models/model.js';
import type { BacktestConfig } from './config.js';
import { type MarketPart, marketOn } from './outcome.js';
import { isContinued, moveOf } from './positions.js';
import { confidences, isEventMatrix, type Predictions } from './signals.js';

export interface Track extends MarketPart {
  readonly bars: number;
  readonly rows: Int32Array;
  /** The side an event bets on, by bar; undefined for banded labels. */
  readonly eventSide: Int8Array | undefined;
  readonly up: Float64Array;
  readonly down: Float64Array;
  readonly confidence: Float64Array;
  /** What a position that is held earns until the fill, and what one that was filled earns after it; 0 where nothing can be filled. */
  readonly gap: Float64Array;
  readonly day: Float64Array;
  readonly isTradable: Uint8Array;
  /** Whether no position can be carried from the bar before, and whether none can be carried on. */
  readonly isFirst: Uint8Array;
  readonly isLast: Uint8Array;
  /** First bar whose tranche still counts at this one. */
  readonly segmentStart: Int32Array;
  /** Number of the bar's session, from 0. */
  readonly sessionAt: Int32Array;
  readonly sessions: number;
  readonly horizonBars: number;
  /** Bars whose confidence may reach a level, by level. */
  readonly candidates: Map<number, Int32Array>;
  readonly scratch: Scratch;
}

/** Room to work in, one entry a bar: kept, so that a thousand configurations allocate nothing. `wanted` is all zero between uses. */
export interface Scratch {
  readonly wanted: Float64Array;
  readonly net: Float64Array;
  readonly daily: Float64Array;
  readonly dayAt: Int32Array;
  readonly losses: Float64Array;
  readonly worst: Float64Array;
  /** Sums of the configuration at hand. One object for all, its fields doubles from the start: a new one a time keeps V8 from settling on a shape. */
  readonly totals: Totals;
  /** Sums of second, third and fourth powers of the sessions' distances from their mean, and of squares of the bars'. */
  readonly moments: Float64Array;
}

export type Totals = { -readonly [K in keyof typeof NO_TOTALS]: number };

const NO_TOTALS = {
  sum: NaN,
  costTotal: NaN,
  growth: NaN,
  deepest: NaN,
  days: NaN,
  dailySum: NaN,
  downside: NaN,
  lossCount: NaN,
};

export function trackOf(matrix: LabelledMatrix, predictions: Predictions, fill: BacktestConfig['fill']): Track {
  const { rows, probabilities } = predictions;
  const bars = rows.length;
  const doubles = () => new Float64Array(bars);
  const [gap, day, isTradable] = [doubles(), doubles(), new Uint8Array(bars)];
  const [isFirst, isLast, segmentStart] = [new Uint8Array(bars), new Uint8Array(bars), new Int32Array(bars)];
  const sessionAt = new Int32Array(bars);
  let start = 0;
  for (let k = 0; k < bars; k++) {
    const row = rows[k]!;
    if (k === 0 || !isContinued(matrix, rows[k - 1]!, row)) {
      start = k;
      isFirst[k] = 1;
      if (k > 0) isLast[k - 1] = 1;
    }
    const move = moveOf(matrix, row, fill);
    gap[k] = move.gap;
    day[k] = move.day;
    isTradable[k] = move.isTradable ? 1 : 0;
    segmentStart[k] = start;
    if (!move.isTradable) start = k + 1;
    if (k > 0) sessionAt[k] = sessionAt[k - 1]! + (matrix.session[row] === matrix.session[rows[k - 1]!] ? 0 : 1);
  }
  if (bars > 0) isLast[bars - 1] = 1;
  const probabilityOf = (code: number) => doubles().map((_, k) => probabilities[k * CLASS_COUNT + code]!);
  return {
    ...marketOn(matrix, rows),
    bars,
    rows,
    eventSide: isEventMatrix(matrix) ? Int8Array.from(rows, (row) => matrix.labelSide[row]!) : undefined,
    up: probabilityOf(UP),
    down: probabilityOf(DOWN),
    confidence: confidences(matrix, predictions),
    gap,
    day,
    isTradable,
    isFirst,
    isLast,
    segmentStart,
    sessionAt,
    sessions: bars === 0 ? 0 : sessionAt[bars - 1]! + 1,
    horizonBars: matrix.horizonBars,
    candidates: new Map(),
    scratch: {
      wanted: doubles(),
      net: doubles(),
      daily: doubles(),
      dayAt: new Int32Array(bars),
      losses: doubles(),
      worst: doubles(),
      totals: { ...NO_TOTALS },
      moments: new Float64Array(4),
    },
  };
}

// Lists for levels this far apart: few lists, and little to skip in each. A power of two, so that rounding down is exact.
const LEVELS_PER_UNIT = 32;

/** The bars, ascending, whose confidence reaches the level or comes near it. Confidence that is not known is kept: it is for the caller to judge. */
export function candidatesAt({ confidence, candidates }: Track, level: number): Int32Array {
  const floor = Math.min(Math.max(Math.floor(level * LEVELS_PER_UNIT) / LEVELS_PER_UNIT, 0), 2);
  const known = candidates.get(floor);
  if (known !== undefined) return known;
  const list = new Int32Array(confidence.length);
  let count = 0;
  for (let k = 0; k < confidence.length; k++) if (!(confidence[k]! < floor)) list[count++] = k;
  const kept = list.slice(0, count);
  candidates.set(floor, kept);
  return kept;
}
