/** Matrices for tests: a market drawn from a seed, with a feature that knows a chosen share of the next move. */
import type { LabelledMatrix } from '../frame/matrix.js';
import { drawNormal } from '../random/draws.js';
import { createRng } from '../random/xoshiro128.js';

export interface PlantedParams {
  readonly rows: number;
  readonly seed: number;
  /** 0 = the features know nothing, 1 = the first feature is the next move itself. */
  readonly signal?: number;
  /** Bars a label looks ahead. */
  readonly horizonBars?: number;
  /** Bars a session; 1 makes a daily model. */
  readonly barsPerSession?: number;
  readonly features?: number;
  readonly missingShare?: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** One price path; every row has its label, so the last `horizonBars` bars of the market make none. */
export function plantedMatrix(params: PlantedParams): LabelledMatrix {
  const { rows, seed, signal = 0, horizonBars = 1, barsPerSession = 1, features = 4, missingShare = 0 } = params;
  const rng = createRng(seed);
  const isIntraday = barsPerSession > 1;
  const bars = rows + horizonBars;
  const open = new Float64Array(bars);
  const close = new Float64Array(bars);
  let price = 100;
  for (let i = 0; i < bars; i++) {
    open[i] = price * (1 + 0.003 * drawNormal(rng));
    close[i] = open[i]! * (1 + 0.01 * drawNormal(rng));
    price = close[i]!;
  }
  const session = Int32Array.from({ length: rows }, (_, i) => 18_000 + Math.floor(i / barsPerSession));
  const isSessionEnd = (i: number) => isIntraday && (i + 1) % barsPerSession === 0;
  const next = (column: Float64Array) =>
    Float64Array.from({ length: rows }, (_, i) => (isSessionEnd(i) ? NaN : column[i + 1]!));
  const horizonReturn = Float64Array.from({ length: rows }, (_, i) => close[i + horizonBars]! / close[i]! - 1);
  const band = 0.004;
  const columns = Array.from({ length: features }, (_, j) =>
    Float64Array.from({ length: rows }, (__, i) => {
      if (rng.float() < missingShare) return NaN;
      const noise = drawNormal(rng);
      return j === 0 ? signal * horizonReturn[i]! * 100 + (1 - signal) * noise : noise;
    }),
  );
  const t0Ms = Float64Array.from({ length: rows }, (_, i) =>
    isIntraday ? session[i]! * DAY_MS + (10 + (i % barsPerSession)) * HOUR_MS : session[i]! * DAY_MS,
  );
  const timeOf = (i: number) => t0Ms[i] ?? t0Ms[rows - 1]! + (i - rows + 1) * (isIntraday ? HOUR_MS : DAY_MS);
  return {
    features: { rows, names: columns.map((_, j) => `f${j}`), columns },
    t0Ms,
    t1Ms: Float64Array.from({ length: rows }, (_, i) => timeOf(i + horizonBars)),
    session,
    hourEt: Int32Array.from({ length: rows }, (_, i) => (isIntraday ? 10 + (i % barsPerSession) : 16)),
    y: Int8Array.from(horizonReturn, (move) => (move > band ? 2 : move < -band ? 0 : 1)),
    horizonReturn,
    barReturn: Float64Array.from({ length: rows }, (_, i) => (isSessionEnd(i) ? NaN : close[i + 1]! / close[i]! - 1)),
    open: open.slice(0, rows),
    close: close.slice(0, rows),
    nextOpen: next(open),
    nextClose: next(close),
    labelSide: new Int8Array(rows),
    barIndex: Int32Array.from({ length: rows }, (_, i) => i),
    horizonBars,
    isIntraday,
  };
}
