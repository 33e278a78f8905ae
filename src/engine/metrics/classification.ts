/** How well classes were told apart (sigma.md 11.1). */
import type { CLASS_NAMES } from '../frame/matrix.js';
import { log } from '../math/log.js';
import { CLASS_COUNT, seenClasses } from '../models/model.js';
import { aucOneVsRest, brierScore, calibrationError, likeliest, logLoss } from './probability.js';

export type ClassName = (typeof CLASS_NAMES)[number];

export interface ClassScore {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly support: number;
}

export interface ClassificationMetrics {
  readonly rows: number;
  readonly classCounts: Readonly<Record<ClassName, number>>;
  readonly accuracy: number | null;
  /** Mean recall of the classes that happened. */
  readonly balancedAccuracy: number | null;
  readonly f1Macro: number | null;
  readonly logLoss: number | null;
  readonly brier: number | null;
  readonly aucOvrMacro: number | null;
  readonly ece: number | null;
  readonly perClass: Readonly<Record<ClassName, ClassScore>>;
  /** Row = what happened, column = what was said; DOWN, FLAT, UP. */
  readonly confusionMatrix: readonly (readonly number[])[];
  /** Always saying the commonest class, with the classes' shares as probabilities. */
  readonly baseline: { readonly accuracy: number | null; readonly logLoss: number | null };
}

/** All of it from rows x 3 probabilities; no row may be NaN. */
export function classificationMetrics(probabilities: Float64Array, y: Int8Array): ClassificationMetrics {
  const confusion = Array.from({ length: CLASS_COUNT }, () => new Array<number>(CLASS_COUNT).fill(0));
  for (let i = 0; i < y.length; i++) confusion[y[i]!]![likeliest(probabilities, i)]!++;
  const counts = confusion.map((row) => row.reduce((sum, n) => sum + n, 0));
  const scores = confusion.map((_, code) => scoreOf(confusion, code));
  const seen = seenClasses(y);
  const meanOver = (value: (score: ClassScore) => number) =>
    seen.length === 0 ? null : seen.reduce((sum, code) => sum + value(scores[code]!), 0) / seen.length;
  const rows = y.length;
  const right = confusion.reduce((sum, row, code) => sum + row[code]!, 0);
  return {
    rows,
    classCounts: byName((code) => counts[code]!),
    accuracy: rows === 0 ? null : right / rows,
    balancedAccuracy: meanOver((score) => score.recall ?? 0),
    f1Macro: meanOver((score) => score.f1 ?? 0),
    logLoss: logLoss(probabilities, y),
    brier: brierScore(probabilities, y),
    aucOvrMacro: aucOneVsRest(probabilities, y),
    ece: calibrationError(probabilities, y),
    perClass: byName((code) => scores[code]!),
    confusionMatrix: confusion,
    baseline: {
      accuracy: rows === 0 ? null : Math.max(...counts) / rows,
      logLoss: rows === 0 ? null : counts.reduce((sum, n) => sum - (n === 0 ? 0 : (n / rows) * log(n / rows)), 0),
    },
  };
}

const byName = <T>(value: (code: number) => T): Record<ClassName, T> => ({
  DOWN: value(0),
  FLAT: value(1),
  UP: value(2),
});

/** Null where the share is of nothing: precision of a class never said, recall of one that never happened. */
function scoreOf(confusion: readonly (readonly number[])[], code: number): ClassScore {
  const right = confusion[code]![code]!;
  const support = confusion[code]!.reduce((sum, n) => sum + n, 0);
  const said = confusion.reduce((sum, row) => sum + row[code]!, 0);
  return {
    precision: said === 0 ? null : right / said,
    recall: support === 0 ? null : right / support,
    f1: said + support === 0 ? null : (2 * right) / (said + support),
    support,
  };
}
