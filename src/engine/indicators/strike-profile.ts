/** What piles up at each strike of a snapshot: open interest, and gamma times it. */
import type { OptionChain } from '../frame/option-chain.js';

export interface StrikeProfile {
  /** Ascending, each once. */
  readonly strikes: Float64Array;
  readonly values: Float64Array;
}

/** Sums a weight over the contracts of each strike; contracts whose weight is unknown are left out. */
export function strikeProfile(
  chain: OptionChain,
  [from, to]: readonly [number, number],
  weightOf: (row: number) => number,
): StrikeProfile {
  const sums = new Map<number, number>();
  for (let row = from; row < to; row++) {
    const weight = weightOf(row);
    const strike = chain.strike[row]!;
    if (Number.isFinite(weight) && Number.isFinite(strike)) sums.set(strike, (sums.get(strike) ?? 0) + weight);
  }
  const strikes = Float64Array.from(sums.keys()).sort();
  return { strikes, values: strikes.map((strike) => sums.get(strike)!) };
}

export const openInterestProfile = (chain: OptionChain, span: readonly [number, number]): StrikeProfile =>
  strikeProfile(chain, span, (row) => chain.openInterest[row]!);

/** |gamma| x open interest. */
export const gammaProfile = (chain: OptionChain, span: readonly [number, number]): StrikeProfile =>
  strikeProfile(chain, span, (row) => Math.abs(chain.gamma[row]!) * chain.openInterest[row]!);

/** The strike with the largest value, the lowest of equals; NaN where nothing piles up. */
export function peakStrike({ strikes, values }: StrikeProfile): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) if (values[i]! > 0 && (best < 0 || values[i]! > values[best]!)) best = i;
  return best < 0 ? Number.NaN : strikes[best]!;
}

/** Herfindahl-Hirschman: squared shares of the whole, over the n largest strikes. */
export function concentrationOf({ values }: StrikeProfile, topN: number): number {
  const total = values.reduce((sum, value) => sum + value, 0);
  const largest = values
    .slice()
    .sort()
    .subarray(Math.max(0, values.length - topN));
  return largest.reduce((sum, value) => sum + (value / total) ** 2, 0) || Number.NaN;
}
