/** Many configurations over the same fitted folds: each result equals the one of evaluating it alone, byte for byte. */
import { overfittingProbability } from '../metrics/overfitting.js';
import { type Control, stopIfAsked } from '../models/model.js';
import type { BacktestConfig } from './config.js';
import { createDesk } from './desk.js';
import { type BacktestResult, type EvaluateInput, evaluateOn } from './evaluate.js';
import { deflate, distinctTrials, type Trial } from './trials.js';

/** Configurations that share their rows and fits: one group per set of allowed hours. */
export interface SweepGroup extends EvaluateInput {
  readonly configs: readonly BacktestConfig[];
}

export interface SweepResult {
  /** Group by group, in the order given. */
  readonly results: readonly BacktestResult[];
  /** Over all configurations' returns per session; null below 8 configurations or 32 sessions. */
  readonly pbo: number | null;
  /** Every trial of the sweep, each once. */
  readonly trials: readonly Trial[];
}

/** Each result's dsr answers for all trials of the sweep and those before it. */
export function evaluateSweep(groups: readonly SweepGroup[], control?: Control): SweepResult {
  const total = groups.reduce((sum, { configs }) => sum + configs.length, 0);
  const results: BacktestResult[] = [];
  for (const { configs, ...input } of groups) {
    const desk = createDesk(input);
    for (const config of configs) {
      stopIfAsked(control, 'The sweep');
      results.push(evaluateOn(desk, input, config));
      control?.onStep?.(results.length, total);
    }
  }
  const trials = distinctTrials(results.flatMap(({ ownTrials }) => ownTrials));
  const prior = groups.flatMap(({ priorTrials }) => priorTrials ?? []);
  return {
    results: results.map((result) => ({
      ...result,
      metrics: { ...result.metrics, ...deflate(result.metrics, [...trials, ...prior]) },
    })),
    pbo: overfittingProbability(alignSessions(results)),
    trials,
  };
}

/** Returns per session over the union of all sessions; a configuration whose hours skip a session earned 0 in it. */
function alignSessions(results: readonly BacktestResult[]): Float64Array[] {
  const first = results[0]?.sessionReturns.days;
  if (first === undefined || results.every(({ sessionReturns: { days } }) => isSame(days, first))) {
    return results.map(({ sessionReturns }) => sessionReturns.returns);
  }
  const all = new Set<number>();
  for (const { sessionReturns } of results) for (const day of sessionReturns.days) all.add(day);
  const positionOf = new Map([...all].sort((a, b) => a - b).map((day, at) => [day, at]));
  return results.map(({ sessionReturns }) => {
    const aligned = new Float64Array(all.size);
    for (const [at, day] of sessionReturns.days.entries()) aligned[positionOf.get(day)!] = sessionReturns.returns[at]!;
    return aligned;
  });
}

const isSame = (a: Int32Array, b: Int32Array): boolean => a.length === b.length && a.every((day, i) => day === b[i]);
