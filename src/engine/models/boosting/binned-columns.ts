/** A matrix as bytes: every column's bins, learnt in training, and the same bins for rows that training did not see. */
import type { Rng } from '#base/rng.js';
import type { Matrix } from '../../frame/matrix.js';
import { sampleWithoutReplacement } from '../../random/draws.js';
import { binCategories, learnCategories } from './category-bins.js';
import { binNumbers, learnCuts } from './number-bins.js';
import type { BoostingParams } from './params.js';

export interface ColumnBins {
  /** Number of bins of known values; the bin after them is what is missing. */
  readonly values: number;
  /** Whether training saw something missing: only then is it counted. */
  readonly hasMissing: boolean;
  /** Between the bins of a numerical column. */
  readonly cuts: Float64Array;
  /** By bin; undefined for a numerical column. */
  readonly categories: Int32Array | undefined;
  /** As a model's text says it: `[min:max]`, categories joined by colons, or `none`. */
  readonly info: string;
}

export type BinRules = Pick<
  BoostingParams,
  'maxBin' | 'minDataInBin' | 'binConstructSampleCount' | 'categoricalFeatures'
>;

/** Cuts and categories of every column, from all rows or a sample of them; `rng` draws the sample. */
export function learnBins(x: Matrix, rules: BinRules, rng: Rng): ColumnBins[] {
  const sample =
    x.rows > rules.binConstructSampleCount
      ? sampleWithoutReplacement(x.rows, rules.binConstructSampleCount, rng.fork('bins'))
      : undefined;
  return x.columns.map((column, j) => {
    const known = sample === undefined ? column : take(column, sample);
    return rules.categoricalFeatures.includes(j)
      ? categoryColumn(column, known, rules)
      : numberColumn(column, known, rules);
  });
}

function take(column: Float64Array, rows: Int32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i]!]!;
  return taken;
}

function numberColumn(column: Float64Array, sample: Float64Array, { maxBin, minDataInBin }: BinRules): ColumnBins {
  let low = Infinity;
  let high = -Infinity;
  let hasMissing = false;
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (Number.isNaN(value)) hasMissing = true;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const cuts = learnCuts(sample, hasMissing ? maxBin - 1 : maxBin, minDataInBin);
  const isDull = !(low < high) && !hasMissing;
  const info = isDull || low > high ? 'none' : `[${low}:${high}]`;
  return { values: cuts.length + 1, hasMissing, cuts, categories: undefined, info };
}

function categoryColumn(column: Float64Array, sample: Float64Array, { maxBin, minDataInBin }: BinRules): ColumnBins {
  const categories = learnCategories(sample, maxBin - 1, minDataInBin);
  const bins = { values: categories.length, hasMissing: false, cuts: new Float64Array(0), categories };
  const bytes = new Uint8Array(column.length);
  binCategories(column, categories, categories.length, bytes);
  const info = categories.length === 0 ? 'none' : categories.join(':');
  return { ...bins, hasMissing: bytes.includes(categories.length), info };
}

/** Writes the bins of a column. */
export function binInto(column: Float64Array, { cuts, categories, values }: ColumnBins, into: Uint8Array): void {
  if (categories === undefined) binNumbers(column, cuts, values, into);
  else binCategories(column, categories, values, into);
}

/** Bins that a histogram counts. */
export const countedBins = ({ values, hasMissing }: ColumnBins): number => values + (hasMissing ? 1 : 0);
