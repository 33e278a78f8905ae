/** How good class probabilities are: Brier, log loss, calibration error, ranking. All on rows x 3 in the order DOWN, FLAT, UP; null where a probability is not a number. */

import { log } from '../math/log.js';
import { CLASS_COUNT, seenClasses } from '../models/model.js';

export interface ReliabilityBin {
  readonly count: number;
  readonly meanPredicted: number;
  readonly shareHappened: number;
}

/**
 * Mean squared distance between the probabilities and what happened: for at most two classes the classic binary score (p - y)^2, for
 * three the sum over classes (Brier 1950). Null without rows.
 */
export function brierScore(probabilities: Float64Array, y: Int8Array): number | null {
  if (y.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    for (let code = 0; code < CLASS_COUNT; code++) {
      const miss = probabilities[i * CLASS_COUNT + code]! - (y[i] === code ? 1 : 0);
      sum += miss * miss;
    }
  }
  if (Number.isNaN(sum)) return null;
  const isBinary = seenClasses(y).length <= 2 && !hasThirdClass(probabilities, y);
  return sum / y.length / (isBinary ? 2 : 1);
}

/** Whether some class outside those that happened was given a probability, as a three-class model does. */
function hasThirdClass(probabilities: Float64Array, y: Int8Array): boolean {
  const happened = new Set(seenClasses(y));
  let predicted = happened.size;
  for (let code = 0; code < CLASS_COUNT; code++) {
    if (happened.has(code)) continue;
    for (let at = code; at < probabilities.length; at += CLASS_COUNT) {
      if (probabilities[at]! > 0) {
        predicted++;
        break;
      }
    }
  }
  return predicted > 2;
}

/** Mean of -log p of what happened; p is held at 1e-15 or more. Null without rows. */
export function logLoss(probabilities: Float64Array, y: Int8Array): number | null {
  if (y.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum -= log(Math.max(probabilities[i * CLASS_COUNT + y[i]!]!, 1e-15));
  return Number.isNaN(sum) ? null : sum / y.length;
}

/** The likeliest class of a row; ties go to the lower code. */
export function likeliest(probabilities: Float64Array, row: number): number {
  let best = 0;
  for (let code = 1; code < CLASS_COUNT; code++) {
    if (probabilities[row * CLASS_COUNT + code]! > probabilities[row * CLASS_COUNT + best]!) best = code;
  }
  return best;
}

/** Bins of equal width over [0, 1] (the last one closed); empty bins are left out. */
export function reliabilityBins(
  predicted: ArrayLike<number>,
  happened: ArrayLike<number>,
  bins = 10,
): ReliabilityBin[] {
  const counts = new Float64Array(bins);
  const predictions = new Float64Array(bins);
  const events = new Float64Array(bins);
  for (let i = 0; i < predicted.length; i++) {
    const bin = Math.min(Math.floor(predicted[i]! * bins), bins - 1);
    counts[bin] = counts[bin]! + 1;
    predictions[bin] = predictions[bin]! + predicted[i]!;
    events[bin] = events[bin]! + happened[i]!;
  }
  return Array.from(counts, (count, bin) => ({
    count,
    meanPredicted: predictions[bin]! / count,
    shareHappened: events[bin]! / count,
  })).filter(({ count }) => count > 0);
}

/** Expected calibration error: how far the likeliest class's probability is from how often it is right, over 10 bins. */
export function calibrationError(probabilities: Float64Array, y: Int8Array, bins = 10): number | null {
  if (y.length === 0 || probabilities.some(Number.isNaN)) return null;
  const confidence = new Float64Array(y.length);
  const isRight = new Int8Array(y.length);
  for (let i = 0; i < y.length; i++) {
    const best = likeliest(probabilities, i);
    confidence[i] = probabilities[i * CLASS_COUNT + best]!;
    isRight[i] = best === y[i] ? 1 : 0;
  }
  let sum = 0;
  for (const bin of reliabilityBins(confidence, isRight, bins))
    sum += bin.count * Math.abs(bin.meanPredicted - bin.shareHappened);
  return sum / y.length;
}

/** Area under the ROC curve by mid-ranks (Mann-Whitney); null when only one outcome occurs or a score is not a number. */
export function rankAuc(scores: ArrayLike<number>, happened: ArrayLike<number>): number | null {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i).sort(
    (i, j) => scores[i]! - scores[j]! || i - j,
  );
  // NaN has no place in an order.
  for (let i = 0; i < scores.length; i++) if (Number.isNaN(scores[i])) return null;
  let events = 0;
  let rankSum = 0;
  for (let at = 0; at < order.length; ) {
    let end = at;
    while (end < order.length && scores[order[end]!]! === scores[order[at]!]!) end++;
    const rank = (at + 1 + end) / 2;
    for (; at < end; at++) {
      if (happened[order[at]!]! > 0) {
        events++;
        rankSum += rank;
      }
    }
  }
  const others = scores.length - events;
  if (events === 0 || others === 0) return null;
  return (rankSum - (events * (events + 1)) / 2) / (events * others);
}

/** Mean one-vs-rest area over the classes that both happened and failed to; null when there is none. */
export function aucOneVsRest(probabilities: Float64Array, y: Int8Array): number | null {
  const areas = seenClasses(y).flatMap((code) => {
    const scores = Float64Array.from(y, (_, i) => probabilities[i * CLASS_COUNT + code]!);
    const area = rankAuc(
      scores,
      y.map((actual) => (actual === code ? 1 : 0)),
    );
    return area === null ? [] : [area];
  });
  if (areas.length === 0) return null;
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}
