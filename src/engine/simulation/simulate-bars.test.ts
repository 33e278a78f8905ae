import { describe, expect, it } from 'vitest';
import { parseDay } from '../calendar/civil-date.js';
import { sessionsBetween } from '../calendar/exchange-calendar.js';
import { createRng } from '../random/xoshiro128.js';
import { type SignalKind, simulateBars } from './simulate-bars.js';

const from = parseDay('2010-01-04')!;
const made = (signal: SignalKind, strength: number, seed = 1) =>
  simulateBars({ interval: 'day', from, sessions: 4000, signal, strength }, createRng(seed));

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (f: (i: number) => number) => a.reduce((sum, _, i) => sum + f(i), 0);
  const cross = product((i) => (a[i]! - ma) * (b[i]! - mb));
  return cross / Math.sqrt(product((i) => (a[i]! - ma) ** 2) * product((i) => (b[i]! - mb) ** 2));
}

const returnsOf = (close: Float64Array) => Array.from(close.subarray(1), (value, i) => Math.log(value / close[i]!));
/** Four standard errors of a correlation over 4,000 bars. */
const ERROR = 4 / Math.sqrt(4000);

describe('simulated bars', () => {
  it.each([
    ['return', 0.2],
    ['return', -0.3],
    ['volume', 0.15],
  ] as const)('hold a signal in the %s of strength %f', (signal, strength) => {
    const { bars, truth } = made(signal, strength);
    const returns = returnsOf(bars.close);
    expect(Math.abs(correlation([...truth.score].slice(0, -1), returns) - strength)).toBeLessThan(ERROR);
    expect(Math.abs(correlation([...truth.expectedNext].slice(0, -1), returns) - Math.abs(strength))).toBeLessThan(
      ERROR,
    );
    // It can be seen in the bars themselves.
    const seen = signal === 'volume' ? Array.from(bars.volume, Math.log).slice(1, -1) : returns.slice(0, -1);
    expect(Math.abs(correlation(seen, returns.slice(1)) - strength)).toBeLessThan(ERROR);
  });

  it('hold none when none was planted', () => {
    const { bars, truth } = made('none', 0);
    const returns = returnsOf(bars.close);
    expect(Math.abs(correlation(returns.slice(0, -1), returns.slice(1)))).toBeLessThan(ERROR);
    expect(Math.abs(correlation(Array.from(bars.volume, Math.log).slice(0, -1), returns))).toBeLessThan(ERROR);
    expect([...truth.score, ...truth.expectedNext].every((value) => value === 0)).toBe(true);
    expect(() =>
      simulateBars({ interval: 'day', from, sessions: 5, signal: 'none', strength: 0.1 }, createRng(1)),
    ).toThrow();
  });

  it.each(['none', 'return', 'volume'] as const)('move as much with the signal %s as they were asked to', (signal) => {
    const returns = returnsOf(made(signal, signal === 'none' ? 0 : 0.3).bars.close);
    const deviation = Math.sqrt(returns.reduce((sum, value) => sum + value * value, 0) / returns.length);
    expect(Math.abs(deviation - 0.01)).toBeLessThan(0.0005);
  });

  it('stand on the sessions of the exchange, short days too', () => {
    const start = parseDay('2023-11-20')!;
    const daily = simulateBars(
      { interval: 'day', from: start, sessions: 30, signal: 'none', strength: 0 },
      createRng(2),
    ).bars;
    expect([...daily.session]).toEqual([...sessionsBetween(start, daily.session.at(-1)!)]);
    const hourly = simulateBars(
      { interval: 'hour', from: start, sessions: 5, signal: 'none', strength: 0 },
      createRng(2),
    ).bars;
    // Thanksgiving is closed; the Friday after ends at 13:00.
    const perSession = [...new Set(hourly.session)].map(
      (session) => hourly.session.filter((one) => one === session).length,
    );
    expect(perSession).toEqual([7, 7, 7, 4, 7]);
    expect([...hourly.hourEt.subarray(0, 7)]).toEqual([9, 10, 11, 12, 13, 14, 15]);
  });

  it('are equal bytes for equal seeds', () => {
    expect(made('return', 0.2, 5)).toEqual(made('return', 0.2, 5));
    expect(made('return', 0.2, 5)).not.toEqual(made('return', 0.2, 6));
  });
});
