/** How much of a Sharpe ratio is luck: its probability, its deflation by the number of trials, the record it needs. */
import { normalCdf, normalQuantile } from '../math/normal.js';

const EULER_GAMMA = 0.5772156649;
const E = Math.E;

export interface SharpeSample {
  /** Per period, not annualised. */
  readonly sharpe: number;
  readonly periods: number;
  readonly skew: number;
  /** Not excess: 3 for a normal series. */
  readonly kurtosis: number;
}

/** 1 - g3 SR + (g4 - 1) / 4 SR^2: the variance of the estimate times T - 1; null where the sample's moments make it nonsense or are not known. */
function varianceFactor({ sharpe, skew, kurtosis }: SharpeSample): number | null {
  const factor = 1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
  return factor > 0 && factor < Infinity ? factor : null;
}

/** Probability that the true Sharpe ratio exceeds the benchmark; null below two periods and where a number of the sample or the benchmark is not known. Bailey & Lopez de Prado (2012). */
export function probabilisticSharpe(sample: SharpeSample, benchmark: number | null = 0): number | null {
  const factor = varianceFactor(sample);
  if (factor === null || benchmark === null || Number.isNaN(benchmark) || !(sample.periods >= 2)) return null;
  return normalCdf(((sample.sharpe - benchmark) * Math.sqrt(sample.periods - 1)) / Math.sqrt(factor));
}

/**
 * The best Sharpe ratio that `trials` tries without skill are expected to show: sqrt(V) times the expected maximum of N normals. 0 for one
 * trial; null where more were made and their variance is not known (NaN, infinite, below 0): to answer 0 would let all of them off.
 */
export function expectedMaxSharpe(trials: number, varianceOfSharpes: number): number | null {
  if (trials <= 1) return 0;
  if (!(varianceOfSharpes >= 0 && varianceOfSharpes < Infinity && trials < Infinity)) return null;
  const expected =
    (1 - EULER_GAMMA) * normalQuantile(1 - 1 / trials) + EULER_GAMMA * normalQuantile(1 - 1 / (trials * E));
  return Math.sqrt(varianceOfSharpes) * expected;
}

/** Deflated Sharpe ratio: the probability that the Sharpe ratio beats the luckiest of N; null where that one is not known. Bailey & Lopez de Prado (2014); N = 1 is the plain one. */
export function deflatedSharpe(sample: SharpeSample, trials: number, varianceOfSharpes: number): number | null {
  return probabilisticSharpe(sample, expectedMaxSharpe(trials, varianceOfSharpes));
}

const USUAL_CONFIDENCE = 0.95;
// Asked for by every result of a sweep.
const USUAL_QUANTILE = normalQuantile(USUAL_CONFIDENCE);

/** Periods after which the Sharpe ratio would exceed the benchmark with the given confidence; null when it never does. */
export function minTrackRecord(sample: SharpeSample, benchmark = 0, confidence = USUAL_CONFIDENCE): number | null {
  const factor = varianceFactor(sample);
  const distance = sample.sharpe - benchmark;
  if (factor === null || distance <= 0) return null;
  const z = (confidence === USUAL_CONFIDENCE ? USUAL_QUANTILE : normalQuantile(confidence)) / distance;
  return 1 + factor * z * z;
}

/** Trials that count as independent when their results correlate by rho: N (1 - rho) + rho; identical trials are one. */
export const effectiveTrials = (trials: number, meanCorrelation: number): number =>
  trials * (1 - meanCorrelation) + meanCorrelation;
