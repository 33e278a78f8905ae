/** What a series of returns was worth: growth, drawdown, Sharpe, Sortino, tail. Every return is a finite number; where a result can be null, one that is not gives null. */
import { assert } from '#base/assert.js';
import { pow } from '../math/pow.js';
import { meanOf, ratioOf, STD_MIN } from './moments.js';

/** prod(1 + r) - 1. */
export function compound(returns: ArrayLike<number>): number {
  let growth = 1;
  for (let i = 0; i < returns.length; i++) growth *= 1 + returns[i]!;
  // A NaN would pass for a result.
  assert(Number.isFinite(growth), 'every return is a finite number');
  return growth - 1;
}

export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/** Equity after each return, starting from 1, and its distance below the highest so far (the start counts). */
export function equityCurve(returns: ArrayLike<number>): { equity: Float64Array; drawdown: Float64Array } {
  const equity = new Float64Array(returns.length);
  const drawdown = new Float64Array(returns.length);
  let growth = 1;
  let highest = 1;
  for (let i = 0; i < returns.length; i++) {
    growth *= 1 + returns[i]!;
    if (growth > highest) highest = growth;
    equity[i] = growth;
    drawdown[i] = growth / highest - 1;
  }
  assert(Number.isFinite(growth), 'every return is a finite number');
  return { equity, drawdown };
}

/** Deepest fall from the highest equity so far, <= 0. */
export function maxDrawdown(returns: ArrayLike<number>): number {
  let growth = 1;
  let highest = 1;
  let deepest = 0;
  for (let i = 0; i < returns.length; i++) {
    growth *= 1 + returns[i]!;
    if (growth > highest) highest = growth;
    const fall = growth / highest - 1;
    if (fall < deepest) deepest = fall;
  }
  assert(Number.isFinite(growth), 'every return is a finite number');
  return deepest;
}

/** sqrt(periods) * mean / std (n - 1), risk-free rate 0; null when the deviation is 0. */
export function sharpeRatio(returns: ArrayLike<number>, periodsPerYear: number): number | null {
  const ratio = ratioOf(returns);
  return ratio === null ? null : Math.sqrt(periodsPerYear) * ratio;
}

/** Root mean square of the losses over ALL periods, annualised. */
export function downsideRisk(returns: ArrayLike<number>, periodsPerYear: number): number | null {
  if (returns.length === 0) return null;
  let squares = 0;
  for (let i = 0; i < returns.length; i++) if (!(returns[i]! >= 0)) squares += returns[i]! * returns[i]!;
  if (!Number.isFinite(squares)) return null;
  return Math.sqrt(squares / returns.length) * Math.sqrt(periodsPerYear);
}

/** sqrt(periods) * mean / root mean square of the losses; null without losses. */
export function sortinoRatio(returns: ArrayLike<number>, periodsPerYear: number): number | null {
  const mean = meanOf(returns);
  const risk = downsideRisk(returns, periodsPerYear);
  if (mean === null || risk === null || risk < STD_MIN) return null;
  return (mean * periodsPerYear) / risk;
}

/** Growth per year; -1 when everything was lost, null without periods. */
export function annualReturn(cumReturn: number, periods: number, periodsPerYear: number): number | null {
  if (periods === 0) return null;
  return cumReturn <= -1 ? -1 : pow(1 + cumReturn, periodsPerYear / periods) - 1;
}

/**
 * Mean of the worst ceil(share * n) returns; null without returns. Summed in order of time: those below the last of the worst, and that
 * one for the rest.
 */
export function expectedShortfall(returns: ArrayLike<number>, share: number): number | null {
  const wanted = Math.ceil(share * returns.length - 1e-9);
  if (wanted <= 0) return null;
  const sorted = Float64Array.from(returns).sort();
  // NaN is sorted to the end, where the worst are not.
  if (Number.isNaN(sorted.at(-1))) return null;
  const last = sorted[wanted - 1]!;
  let sum = 0;
  let below = 0;
  for (let i = 0; i < returns.length; i++) {
    if (!(returns[i]! < last)) continue;
    sum += returns[i]!;
    below++;
  }
  const worst = sum + (wanted - below) * last;
  return Number.isFinite(worst) ? worst / wanted : null;
}
