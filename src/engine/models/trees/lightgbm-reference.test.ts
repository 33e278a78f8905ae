import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planShap, shapValues } from '../../explain/tree-shap.js';
import { compileEnsemble } from './compile.js';
import { gainImportance, splitImportance } from './importance.js';
import { predictions } from './output.js';
import { leafIndices, rawScores } from './predict.js';
import { readLightgbm } from './read-lightgbm.js';
import type { Rows } from './row-block.js';
import { writeLightgbm } from './write-lightgbm.js';

const DIR = join(process.cwd(), '../shared/data/lightgbm');
const NAMES = [
  'regression_l2',
  'regression_l1',
  'huber',
  'quantile_90',
  'poisson',
  'tweedie',
  'binary',
  'multiclass',
  'categorical',
  'zero_as_missing',
  'no_missing',
  'monotone',
];

interface Expected {
  readonly raw: readonly (readonly number[])[];
  readonly prediction: readonly (readonly number[])[];
  readonly leaf: readonly (readonly number[])[];
  readonly contrib: readonly (readonly number[])[];
  readonly gain: readonly number[];
  readonly split: readonly number[];
}

describe.skipIf(!existsSync(DIR))('models that LightGBM 4.7.0 made (skipped without ../shared/data)', () => {
  const json = <T>(name: string) => JSON.parse(readFileSync(join(DIR, name), 'utf8')) as T;
  const load = () => ({
    rows: rowsOf(json<{ rows: readonly (readonly (number | null)[])[] }>('inputs.json').rows),
    expected: json<Record<string, Expected>>('expected.json'),
  });

  it('are all twelve held here', () => {
    expect(Object.keys(load().expected).sort()).toEqual([...NAMES].sort());
  });

  it.each(NAMES)('%s: scores and predictions to 1e-12, leaves exact, SHAP to 1e-9, importances', (name) => {
    const { rows, expected } = load();
    const { raw, prediction, leaf, contrib, gain, split } = expected[name]!;
    const ensemble = readLightgbm(readFileSync(join(DIR, `${name}.txt`), 'utf8'));
    const compiled = compileEnsemble(ensemble);
    expect(largestGap(rawScores(compiled, rows), raw.flat())).toBeLessThan(1e-12);
    expect(largestGap(predictions(compiled, rows), prediction.flat())).toBeLessThan(1e-12);
    const first = { rows: leaf.length, columns: rows.columns.map((column) => column.slice(0, leaf.length)) };
    expect([...leafIndices(compiled, first)]).toEqual(leaf.flat());
    expect(largestGap(shapValues(planShap(compiled), first), contrib.flat())).toBeLessThan(1e-9);
    expect([...splitImportance(ensemble)]).toEqual(split);
    // The file holds gains to six digits.
    gainImportance(ensemble).forEach((value, j) => {
      expect(Math.abs(value - gain[j]!)).toBeLessThan(1e-5 * (1 + gain[j]!));
    });
  });

  it.each(NAMES)('%s: written back it predicts the same bits and keeps what the file told', (name) => {
    const { rows } = load();
    const ensemble = readLightgbm(readFileSync(join(DIR, `${name}.txt`), 'utf8'));
    const again = readLightgbm(writeLightgbm(ensemble));
    expect(again).toEqual(ensemble);
    expect(rawScores(compileEnsemble(again), rows)).toEqual(rawScores(compileEnsemble(ensemble), rows));
  });
});

/** JSON has no NaN: the file holds null. */
function rowsOf(table: readonly (readonly (number | null)[])[]): Rows {
  const width = table[0]!.length;
  const columns = Array.from({ length: width }, (_, j) => Float64Array.from(table, (row) => row[j] ?? NaN));
  return { rows: table.length, columns };
}

function largestGap(ours: Float64Array, theirs: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  return ours.reduce((gap, value, i) => Math.max(gap, Math.abs(value - theirs[i]!)), 0);
}
