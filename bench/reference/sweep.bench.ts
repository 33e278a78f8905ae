/** The sweep kernel beside C++: 50 levels of entry by 20 costs, every figure a stance comes to. */
import { createHash } from 'node:crypto';
import { kernelHost } from '#compute/kernel-host.js';
import { DEFAULT_CONFIG } from '#engine/backtest/config.js';
import { metricsAtRates } from '#engine/backtest/earn.js';
import { randomSweep } from '#engine/backtest/random-sweep.fixture.js';
import { concatProbabilities, concatRows, segmentsOf } from '#engine/backtest/segments.js';
import { screenSweep } from '#engine/backtest/sweep.js';
import { trackOf } from '#engine/backtest/track.js';
import { openSweepRoom } from '#engine/kernels/sweep-room.js';
import type { TradingMetrics } from '#engine/metrics/trading.js';
import type { Bench } from '../bench.js';
import { compareWithTwin } from './compare.js';

const SIZES = { small: { rows: 2000, turns: 2 }, large: { rows: 100_000, turns: 5 } } as const;

const LEVELS = Float64Array.from({ length: 50 }, (_, i) => 0.34 + i * 0.01);
const RATES = Array.from({ length: 20 }, (_, i) => i / 1e4);

export const sweepReferenceBench: Bench = {
  name: 'reference/sweep',
  promise: '1,000 configurations x 100 k bars <= 1.3 of C++ like for like',
  async run(size) {
    const { rows, turns } = SIZES[size];
    const { matrix, plan, fits } = randomSweep(rows, 0);
    const segments = segmentsOf(plan, fits)[0]!;
    const predictions = { rows: concatRows(segments), probabilities: concatProbabilities(segments) };
    const track = trackOf(matrix, predictions, 'next_open');
    const room = openSweepRoom(kernelHost);
    const entry = new Float64Array(track.bars);
    const out = new Float64Array(LEVELS.length * RATES.length * 20);
    const ours = () => {
      let at = 0;
      track.candidates.clear();
      for (const level of LEVELS) {
        for (const metrics of metricsAtRates({ matrix, track, room }, entry.fill(level), DEFAULT_CONFIG, RATES)) {
          out.set(figuresOf(metrics), at);
          at += 20;
        }
      }
      return out;
    };
    const head = Int32Array.of(track.bars, track.sessions, LEVELS.length, RATES.length, turns, 0);
    const { up, down, gap, day, sessionAt, isTradable, isFirst, isLast } = track;
    const input = [head, LEVELS, Float64Array.from(RATES), up, down, gap, day, sessionAt, isTradable, isFirst, isLast];
    const configs = LEVELS.length * RATES.length;
    const compared = compareWithTwin({ name: 'sweep', turns, ours, input });
    return { bars: track.bars, configs, ...compared, ...screenGrid(rows, configs, turns, compared['cpp_ms']) };
  },
};

/**
 * The same grid as a caller has it screened: choices, trials, deflation and all that the twin leaves out, and equal configurations once.
 * `distinct` tells how many are not equal: of this grid all are, so nothing is won by it.
 */
function screenGrid(rows: number, configs: number, turns: number, twinMs: unknown) {
  const group = randomSweep(rows, configs);
  let ms = Infinity;
  let results: readonly unknown[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const started = process.cpuUsage();
    results = screenSweep([group], undefined, kernelHost).results;
    const { user, system } = process.cpuUsage(started);
    ms = Math.min(ms, (user + system) / 1000);
  }
  const told = results.map((result) => JSON.stringify(result));
  return {
    grid_ms: ms,
    ...(typeof twinMs === 'number' && { grid_ratio: Number((ms / twinMs).toFixed(3)) }),
    distinct: new Set(told).size,
    grid_hash: createHash('sha256').update(told.join()).digest('hex').slice(0, 16),
  };
}

/** What the twin works out as well: all but what needs a power or the normal distribution. A figure that has no meaning is -999. */
const figuresOf = (m: TradingMetrics): number[] =>
  [
    m.sharpeHourly,
    m.sharpe,
    m.sortino,
    m.cumRet,
    m.cumRetSimple,
    m.annVol,
    m.maxDrawdown,
    m.trades,
    m.barsInMarket,
    m.winRate,
    m.avgWin,
    m.avgLoss,
    m.profitFactor,
    m.avgTrade,
    m.es95,
    m.turnover,
    m.skew,
    m.kurtosis,
    m.costTotal,
    m.grossCumRet,
  ].map((figure) => (figure ?? -999) + 0);
