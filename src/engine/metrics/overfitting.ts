/** Probability of backtest overfitting by combinatorially symmetric cross-validation. */
import { log } from '../math/log.js';
import { STD_MIN } from './moments.js';

/**
 * How often the configuration that was best on one half of the blocks is below the median on the other half.
 *
 * `returns[c]` holds configuration c's return per session, all of one length T. 16 blocks, 8 when T < 160; every choice of half of them
 * is tried. Null below 8 configurations or T < 32. Equal Sharpe ratios share their rank; a constant series has Sharpe 0; ties for the
 * best go to the first. Bailey, Borwein, Lopez de Prado & Zhu (2015).
 */
export function overfittingProbability(returns: readonly Float64Array[]): number | null {
  const sessions = returns[0]?.length ?? 0;
  if (returns.length < 8 || sessions < 32) return null;
  const blocks = sessions < 160 ? 8 : 16;
  const sums = blockSums(returns, sessions, blocks);
  const total = returns.map((_, c) => sumRange(sums, c, blocks, (1 << blocks) - 1));
  let tried = 0;
  let below = 0;
  for (let mask = 0; mask < 1 << blocks; mask++) {
    if (bitCount(mask) !== blocks / 2) continue;
    const inside = returns.map((_, c) => sumRange(sums, c, blocks, mask));
    let best = 0;
    const inSharpes = inside.map(sharpeOf);
    for (let c = 1; c < inSharpes.length; c++) if (inSharpes[c]! > inSharpes[best]!) best = c;
    const outSharpes = inside.map((part, c) => sharpeOf(minus(total[c]!, part)));
    const rank = rankOf(outSharpes, best) / (returns.length + 1);
    tried++;
    if (log(rank / (1 - rank)) <= 0) below++;
  }
  return below / tried;
}

interface Sums {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

function blockSums(returns: readonly Float64Array[], sessions: number, blocks: number): Sums[] {
  return returns.flatMap((series) =>
    Array.from({ length: blocks }, (_, block) => {
      const from = Math.floor((block * sessions) / blocks);
      const to = Math.floor(((block + 1) * sessions) / blocks);
      let sum = 0;
      let squares = 0;
      for (let i = from; i < to; i++) {
        sum += series[i]!;
        squares += series[i]! * series[i]!;
      }
      return { count: to - from, sum, squares };
    }),
  );
}

function sumRange(sums: readonly Sums[], config: number, blocks: number, mask: number): Sums {
  let [count, sum, squares] = [0, 0, 0];
  for (let block = 0; block < blocks; block++) {
    if ((mask & (1 << block)) === 0) continue;
    const part = sums[config * blocks + block]!;
    count += part.count;
    sum += part.sum;
    squares += part.squares;
  }
  return { count, sum, squares };
}

const minus = (all: Sums, part: Sums): Sums => ({
  count: all.count - part.count,
  sum: all.sum - part.sum,
  squares: all.squares - part.squares,
});

function sharpeOf({ count, sum, squares }: Sums): number {
  const mean = sum / count;
  const variance = (squares - count * mean * mean) / (count - 1);
  const std = Math.sqrt(Math.max(variance, 0));
  // Sums of squares lose half the digits, so the bound for "constant" is wider than for a series at hand.
  return std < STD_MIN * 1e3 ? 0 : mean / std;
}

/** 1 for the smallest; equal values share the middle of their ranks. */
function rankOf(values: readonly number[], at: number): number {
  let smaller = 0;
  let equal = 0;
  for (const value of values) {
    if (value < values[at]!) smaller++;
    else if (value === values[at]!) equal++;
  }
  return smaller + (equal + 1) / 2;
}

function bitCount(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
}
