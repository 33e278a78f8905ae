/** The sums behind every trading metric of one stance at one rate of costs: the twin of `assembly/sweep.ts`, the same bits. */
import type { SweepSheet } from './sweep-sheet.js';
import { sumOfWorst } from './sweep-worst.js';

/** What is counted of a stance before any cost. */
export interface StanceShape {
  /** Bars that hold or change a position. */
  readonly count: number;
  readonly trades: number;
  /** All bars and sessions, idle ones too: these earned exactly 0. */
  readonly bars: number;
  readonly sessions: number;
  /** How many of the worst sessions are summed. */
  readonly worst: number;
}

/** Places of a rate's figures. */
export const SUM = 0;
export const COST = 1;
/** Product of 1 + net over the bars. */
export const GROWTH = 2;
/** Lowest ratio of growth to the highest growth so far; 1 without a fall. */
export const LOWEST = 3;
export const DAILY_SUM = 4;
/** Sum of squares of the sessions that lost. */
export const DOWNSIDE = 5;
/** Sums of second, third and fourth powers of the sessions' distances from their mean. */
export const SECOND = 6;
export const THIRD = 7;
export const FOURTH = 8;
/** Sum of squares of the bars' distances from their mean. */
export const BAR_SECOND = 9;
export const WORST_SUM = 10;
export const WIN_SUM = 11;
export const LOSS_SUM = 12;
export const TRADE_SUM = 13;
export const WINS = 14;
export const LOSSES = 15;
export const FIGURES = 16;

/**
 * Bars that hold nothing are not in the sheet: they earn exactly 0, which changes no sum and no product. Where a mean is subtracted
 * every return of exactly 0 enters by one product (`metrics/moments.ts` says the same of whole series).
 */
export function earnAtRate(sheet: SweepSheet, shape: StanceShape, rate: number): void {
  const at = rate * FIGURES;
  walkBars(sheet, shape, sheet.rates[rate]!, at);
  spread(sheet, shape, at);
  walkTrades(sheet, shape, sheet.rates[rate]!, at);
}

function walkBars(
  { gross, traded, session, figures, scratch }: SweepSheet,
  shape: StanceShape,
  rate: number,
  at: number,
) {
  const { net, daily, losses } = scratch;
  const { count, sessions, worst } = shape;
  let sum = 0;
  let costs = 0;
  let growth = 1;
  let highest = 1;
  let deepest = 1;
  let days = 0;
  let dailySum = 0;
  let downside = 0;
  let lossCount = 0;
  let lowest = 0;
  for (let i = 0; i < count; ) {
    const here = session[i]!;
    let day = 1;
    do {
      const paid = rate * traded[i]!;
      const r = gross[i]! - paid;
      net[i] = r;
      sum += r;
      costs += paid;
      const factor = 1 + r;
      growth *= factor;
      if (growth > highest) highest = growth;
      const left = growth / highest;
      if (left < deepest) deepest = left;
      day *= factor;
      i++;
    } while (i < count && session[i] === here);
    const earned = day - 1;
    daily[days++] = earned;
    dailySum += earned;
    // min(earned, 0), exactly and without a jump that nothing can foresee.
    const loss = (earned - Math.abs(earned)) * 0.5;
    downside += loss * loss;
    losses[lossCount] = earned;
    lossCount += earned < 0 ? 1 : 0;
    if (earned < lowest) lowest = earned;
  }
  figures[at + SUM] = sum;
  figures[at + COST] = costs;
  figures[at + GROWTH] = growth;
  figures[at + LOWEST] = deepest;
  figures[at + DAILY_SUM] = dailySum;
  figures[at + DOWNSIDE] = downside;
  figures[at + WORST_SUM] = sumOfWorst(scratch, { days, lossCount, lowest, sessions, worst });
  scratch.sizes[0] = days;
}

function spread({ figures, scratch }: SweepSheet, { count, bars, sessions }: StanceShape, at: number) {
  const { net, daily, sizes } = scratch;
  const days = sizes[0]!;
  const mean = figures[at + DAILY_SUM]! / sessions;
  const barMean = figures[at + SUM]! / bars;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let idle = sessions - days;
  for (let i = 0; i < days; i++) {
    const r = daily[i]!;
    if (r === 0) {
      idle++;
      continue;
    }
    const d = r - mean;
    second += d * d;
    third += d * d * d;
    fourth += d * d * d * d;
  }
  let barSecond = 0;
  let idleBars = bars - count;
  for (let i = 0; i < count; i++) {
    const r = net[i]!;
    if (r === 0) {
      idleBars++;
      continue;
    }
    const d = r - barMean;
    barSecond += d * d;
  }
  const z = 0 - mean;
  const barZ = 0 - barMean;
  // Of none: a mean too large to be squared would make NaN of nothing.
  figures[at + SECOND] = idle === 0 ? second : second + idle * (z * z);
  figures[at + THIRD] = idle === 0 ? third : third + idle * (z * z * z);
  figures[at + FOURTH] = idle === 0 ? fourth : fourth + idle * (z * z * z * z);
  figures[at + BAR_SECOND] = idleBars === 0 ? barSecond : barSecond + idleBars * (barZ * barZ);
}

/** A trade's return compounds over its legs, each cost within the bar that pays it. */
function walkTrades(
  { earned, filled, expired, end, figures }: SweepSheet,
  { trades }: StanceShape,
  rate: number,
  at: number,
) {
  let wins = 0;
  let winSum = 0;
  let losses = 0;
  let lossSum = 0;
  let total = 0;
  let leg = 0;
  for (let t = 0; t < trades; t++) {
    let growth = 1;
    for (const until = end[t]!; leg < until; leg++)
      growth *= 1 + (earned[leg]! - rate * filled[leg]!) - rate * expired[leg]!;
    const gained = growth - 1;
    const size = Math.abs(gained);
    total += gained;
    winSum += (gained + size) * 0.5;
    lossSum += (gained - size) * 0.5;
    wins += gained > 0 ? 1 : 0;
    losses += gained < 0 ? 1 : 0;
  }
  figures[at + WIN_SUM] = winSum;
  figures[at + LOSS_SUM] = lossSum;
  figures[at + TRADE_SUM] = total;
  figures[at + WINS] = wins;
  figures[at + LOSSES] = losses;
}
