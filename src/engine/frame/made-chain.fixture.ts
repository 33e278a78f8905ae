/** Option columns that look real: a smile about the spot, three expiries, open interest and gamma that pile up somewhere. */
import { DAY_MS } from '../calendar/civil-date.js';
import { newYorkTimeMs } from '../calendar/new-york-time.js';
import { noiseAt } from '../leakage/noise.js';
import type { Bars } from './bars.js';
import type { OptionChain, OptionFlow } from './option-chain.js';

/** Snapshots at the given minutes of every session of the bars. */
export function madeChain(bars: Bars, minutes: readonly number[], seed = 5): OptionChain {
  const rows: number[][] = [];
  for (const session of new Set(bars.session)) {
    const first = bars.session.indexOf(session);
    const spot = bars.open[first]!;
    for (const minute of minutes) {
      const asOf = newYorkTimeMs(session, minute);
      for (const days of [0, 7, 35]) {
        const expiry = newYorkTimeMs(session, 16 * 60) + days * DAY_MS;
        for (let step = -12; step <= 12; step++) {
          const strike = Math.round(spot) + step;
          for (const isCall of [1, 0]) {
            const noise = noiseAt(seed, rows.length, 1);
            const money = (strike - spot) / spot;
            const iv = 0.15 + 2 * money * money - 0.1 * money + days / 1000 + noise / 50;
            const call = Math.min(0.98, Math.max(0.02, 0.5 - 5 * money));
            const gamma = 0.05 / (1 + 400 * money * money);
            rows.push([
              asOf,
              expiry,
              strike,
              isCall,
              iv,
              isCall === 1 ? call : call - 1,
              gamma,
              Math.floor(1000 * noiseAt(seed, rows.length, 2)),
            ]);
          }
        }
      }
    }
  }
  const column = (at: number) => Float64Array.from(rows, (row) => row[at]!);
  return {
    rows: rows.length,
    asOfMs: column(0),
    expiryMs: column(1),
    strike: column(2),
    isCall: Uint8Array.from(column(3)),
    iv: column(4),
    delta: column(5),
    gamma: column(6),
    openInterest: column(7),
  };
}

/** Three strikes of the day's own expiry, traded on both sides in every bar at one to six dollars. */
export function madeFlow(bars: Bars, seed = 6): OptionFlow {
  const rows: number[][] = [];
  bars.tsEndMs.forEach((ms, row) => {
    for (const step of [-1, 0, 1]) {
      for (const isCall of [1, 0]) {
        rows.push([
          ms,
          Math.round(bars.open[row]!) + step,
          isCall,
          1 + Math.floor(500 * noiseAt(seed, rows.length, 1)),
          bars.session[row]!,
          1 + 5 * noiseAt(seed, rows.length, 2),
        ]);
      }
    }
  });
  const column = (at: number) => Float64Array.from(rows, (row) => row[at]!);
  return {
    rows: rows.length,
    tsEndMs: column(0),
    expiryDay: Int32Array.from(column(4)),
    strike: column(1),
    isCall: Uint8Array.from(column(2)),
    volume: column(3),
    premium: Float64Array.from(rows, (row) => row[3]! * row[5]! * 100),
  };
}
