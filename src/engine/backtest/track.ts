/** Rows in time order, what a model said of them and what the market then did: all that no configuration changes, worked out once. */
import type { LabelledMatrix } from '../frame/matrix.js';
import { DOWN, UP } from '../frame/matrix.js';
import type { TrackColumns } from '../kernels/sweep-stance.js';
import { CLASS_COUNT } from '../models/model.js';
import type { BacktestConfig } from './config.js';
import { type MarketPart, marketOn } from './outcome.js';
import { isContinued, moveOf } from './positions.js';
import { confidences, isEventMatrix, type Predictions } from './signals.js';

export interface Track extends MarketPart, TrackColumns {
  readonly rows: Int32Array;
  readonly confidence: Float64Array;
  readonly sessions: number;
  /** Bars whose confidence may reach a level, by level. */
  readonly candidates: Map<number, Int32Array>;
  /** Room for one stance's levels of entry: kept, so that a thousand configurations allocate nothing. */
  readonly entry: Float64Array;
}

export function trackOf(matrix: LabelledMatrix, predictions: Predictions, fill: BacktestConfig['fill']): Track {
  const { rows, probabilities } = predictions;
  const bars = rows.length;
  const moves = movesOf(matrix, rows, fill);
  const breaks = breaksOf(matrix, rows, moves.isTradable);
  const market = marketOn(matrix, rows);
  return {
    ...market,
    bars,
    rows,
    eventSide: isEventMatrix(matrix) ? Int8Array.from(rows, (row) => matrix.labelSide[row]!) : undefined,
    up: probabilitiesOf(probabilities, UP),
    down: probabilitiesOf(probabilities, DOWN),
    confidence: confidences(matrix, predictions),
    ...moves,
    ...breaks,
    sessions: bars === 0 ? 0 : breaks.sessionAt[bars - 1]! + 1,
    horizonBars: matrix.horizonBars,
    candidates: new Map(),
    direction: directionsOf(market.market),
    entry: new Float64Array(bars),
  };
}

// Each loop stands in a function of its own: V8 falls out of a long loop that it compiled before it knew what follows.

function movesOf(matrix: LabelledMatrix, rows: Int32Array, fill: BacktestConfig['fill']) {
  const [gap, day] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  const isTradable = new Uint8Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const move = moveOf(matrix, rows[k]!, fill);
    gap[k] = move.gap;
    day[k] = move.day;
    isTradable[k] = move.isTradable ? 1 : 0;
  }
  return { gap, day, isTradable };
}

function breaksOf(matrix: LabelledMatrix, rows: Int32Array, isTradable: Uint8Array) {
  const bars = rows.length;
  const [isFirst, isLast] = [new Uint8Array(bars), new Uint8Array(bars)];
  const [segmentStart, sessionAt] = [new Int32Array(bars), new Int32Array(bars)];
  let start = 0;
  let session = 0;
  for (let k = 0; k < bars; k++) {
    const row = rows[k]!;
    if (k === 0 || !isContinued(matrix, rows[k - 1]!, row)) {
      start = k;
      isFirst[k] = 1;
      if (k > 0) isLast[k - 1] = 1;
    }
    if (k > 0 && matrix.session[row] !== matrix.session[rows[k - 1]!]) session++;
    sessionAt[k] = session;
    segmentStart[k] = start;
    if (isTradable[k] === 0) start = k + 1;
  }
  if (bars > 0) isLast[bars - 1] = 1;
  return { isFirst, isLast, segmentStart, sessionAt };
}

function probabilitiesOf(probabilities: Float64Array, code: number): Float64Array {
  const out = new Float64Array(probabilities.length / CLASS_COUNT);
  for (let k = 0; k < out.length; k++) out[k] = probabilities[k * CLASS_COUNT + code]!;
  return out;
}

function directionsOf(market: Float64Array): Int8Array {
  const out = new Int8Array(market.length);
  for (let k = 0; k < out.length; k++) out[k] = Number.isFinite(market[k]) ? Math.sign(market[k]!) : 0;
  return out;
}

// Lists for levels this far apart: few lists, and little to skip in each. A power of two, so that rounding down is exact.
const LEVELS_PER_UNIT = 32;

/** The bars, ascending, whose confidence reaches the level or comes near it. Confidence that is not known is kept: it is for the caller to judge. */
export function candidatesAt({ confidence, candidates }: Track, level: number): Int32Array {
  const floor = Math.min(Math.max(Math.floor(level * LEVELS_PER_UNIT) / LEVELS_PER_UNIT, 0), 2);
  const known = candidates.get(floor);
  if (known !== undefined) return known;
  const list = new Int32Array(confidence.length);
  const kept = list.slice(0, takeFrom(confidence, floor, list));
  candidates.set(floor, kept);
  return kept;
}

function takeFrom(confidence: Float64Array, floor: number, list: Int32Array): number {
  let count = 0;
  for (let k = 0; k < confidence.length; k++) {
    list[count] = k;
    count += Number(!(confidence[k]! < floor));
  }
  return count;
}
