/** Filling what is missing before features are made (forecastlab 8), series by series, on the rows that exist. */
import { type DemandPanel, keepRows, seriesCount, type TargetName } from './demand-panel.js';

export const IMPUTATIONS = ['zero', 'ffill', 'bfill', 'mean', 'expanding_mean', 'drop'] as const;
export type Imputation = (typeof IMPUTATIONS)[number];

/** These fill a day from later ones. They are allowed, but whoever uses them is told. */
const LOOKS_AHEAD: readonly Imputation[] = ['bfill', 'mean'];

export interface ImputedPanel {
  readonly panel: DemandPanel;
  /** Which rows of the given panel are left, ascending: all of them but for `drop`. */
  readonly rows: Int32Array;
  /** Columns whose filled values know of later days. */
  readonly lookAhead: readonly { readonly column: TargetName; readonly strategy: Imputation }[];
}

/** A filled copy; the given panel is left alone. Columns that the panel does not have are left absent. */
export function imputePanel(
  panel: DemandPanel,
  strategies: Readonly<Partial<Record<TargetName, Imputation>>>,
): ImputedPanel {
  const filled: Partial<Record<TargetName, Float64Array>> = {};
  const lookAhead: { column: TargetName; strategy: Imputation }[] = [];
  const isDropped = new Uint8Array(panel.rows);
  for (const [column, strategy] of Object.entries(strategies) as [TargetName, Imputation][]) {
    const values = panel[column];
    if (values === undefined) continue;
    if (LOOKS_AHEAD.includes(strategy)) lookAhead.push({ column, strategy });
    if (strategy === 'drop') {
      for (let t = 0; t < panel.rows; t++) if (!isKnown(values[t]!)) isDropped[t] = 1;
      continue;
    }
    const copy = values.slice();
    for (let s = 0; s < seriesCount(panel); s++)
      FILL[strategy](copy.subarray(panel.offsets[s]!, panel.offsets[s + 1]!));
    filled[column] = copy;
  }
  const rows = Int32Array.from({ length: panel.rows }, (_, t) => t).filter((t) => isDropped[t] === 0);
  const whole = { ...panel, ...filled };
  return { panel: rows.length === panel.rows ? whole : keepRows(whole, rows), rows, lookAhead };
}

const isKnown = (value: number) => Number.isFinite(value);

const FILL: Readonly<Record<Exclude<Imputation, 'drop'>, (series: Float64Array) => void>> = {
  zero: (series) => fillEach(series, 0),
  ffill: (series) => carry(series, 0, series.length, 1),
  bfill: (series) => carry(series, series.length - 1, -1, -1),
  mean(series) {
    const known = series.filter(isKnown);
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    fillEach(series, mean);
  },
  /** The mean of strictly earlier known values; a value that was itself filled does not count. */
  expanding_mean(series) {
    let [sum, count] = [0, 0];
    for (let t = 0; t < series.length; t++) {
      if (isKnown(series[t]!)) {
        sum += series[t]!;
        count++;
      } else {
        series[t] = count > 0 ? sum / count : Number.NaN;
      }
    }
  },
};

function fillEach(series: Float64Array, value: number): void {
  for (let t = 0; t < series.length; t++) if (!isKnown(series[t]!)) series[t] = value;
}

function carry(series: Float64Array, from: number, to: number, step: 1 | -1): void {
  let last = Number.NaN;
  for (let t = from; t !== to; t += step) {
    if (isKnown(series[t]!)) last = series[t]!;
    else series[t] = last;
  }
}
