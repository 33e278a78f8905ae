/** Probability of backtest overfitting by combinatorially symmetric cross-validation. */
import { log } from '../math/log.js';
import { STD_MIN } from './moments.js';

/**
 * How often the configuration that was best on one half of the blocks is below the median on the other half.
 *
 * `returns[c]` holds configuration c's return per session, all of one length T. 16 blocks, 8 when T < 160; every choice of half of them
 * is tried. Null below 8 configurations or T < 32, and where a return is not finite. Equal Sharpe ratios share their rank; a constant series has Sharpe 0; ties for the
 * best go to the first. Bailey, Borwein, Lopez de Prado & Zhu (2015).
 */
export function overfittingProbability(returns: readonly Float64Array[]): number | null {
  const sessions = returns[0]?.length ?? 0;
  if (returns.length < 8 || sessions < 32) return null;
  const blocks = sessions < 160 ? 8 : 16;
  const sums = blockSums(returns, sessions, blocks);
  if (!sums.squares.every(Number.isFinite)) return null;
  const inside = new Float64Array(returns.length);
  const outside = new Float64Array(returns.length);
  let tried = 0;
  let below = 0;
  for (let mask = 0; mask < 1 << blocks; mask++) {
    if (bitCount(mask) !== blocks / 2) continue;
    sharpesOf(sums, mask, inside);
    sharpesOf(sums, (1 << blocks) - 1 - mask, outside);
    let best = 0;
    for (let c = 1; c < inside.length; c++) if (inside[c]! > inside[best]!) best = c;
    const rank = rankOf(outside, best) / (returns.length + 1);
    tried++;
    if (log(rank / (1 - rank)) <= 0) below++;
  }
  return below / tried;
}

/** Per configuration and block, configuration by configuration. */
interface BlockSums {
  readonly blocks: number;
  /** Sessions of each block. */
  readonly counts: Int32Array;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

function blockSums(returns: readonly Float64Array[], sessions: number, blocks: number): BlockSums {
  const start = (block: number) => Math.floor((block * sessions) / blocks);
  const sums = new Float64Array(returns.length * blocks);
  const squares = new Float64Array(returns.length * blocks);
  for (const [c, series] of returns.entries()) {
    for (let block = 0; block < blocks; block++) {
      for (let i = start(block); i < start(block + 1); i++) {
        sums[c * blocks + block]! += series[i]!;
        squares[c * blocks + block]! += series[i]! * series[i]!;
      }
    }
  }
  return { blocks, counts: Int32Array.from({ length: blocks }, (_, b) => start(b + 1) - start(b)), sums, squares };
}

/** Each configuration's Sharpe ratio over the blocks of the mask. */
function sharpesOf({ blocks, counts, sums, squares }: BlockSums, mask: number, out: Float64Array): void {
  const chosen = Array.from({ length: blocks }, (_, block) => block).filter((block) => (mask & (1 << block)) !== 0);
  const count = chosen.reduce((total, block) => total + counts[block]!, 0);
  for (let c = 0; c < out.length; c++) {
    let sum = 0;
    let square = 0;
    for (let b = 0; b < chosen.length; b++) {
      sum += sums[c * blocks + chosen[b]!]!;
      square += squares[c * blocks + chosen[b]!]!;
    }
    const mean = sum / count;
    const std = Math.sqrt(Math.max((square - count * mean * mean) / (count - 1), 0));
    // Sums of squares lose half the digits, so the bound for "constant" is wider than for a series at hand.
    out[c] = std < STD_MIN * 1e3 ? 0 : mean / std;
  }
}

/** 1 for the smallest; equal values share the middle of their ranks. */
function rankOf(values: Float64Array, at: number): number {
  let smaller = 0;
  let equal = 0;
  for (let c = 0; c < values.length; c++) {
    if (values[c]! < values[at]!) smaller++;
    else if (values[c] === values[at]) equal++;
  }
  return smaller + (equal + 1) / 2;
}

function bitCount(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
}
