import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelHost } from '#compute/kernel-host.js';
import { shapeOf, stdOf } from '../metrics/moments.js';
import { compound, expectedShortfall, maxDrawdown } from '../metrics/returns.js';
import * as at from './sweep.js';
import { openSweepRoom } from './sweep-room.js';
import type { TrackColumns, Wish } from './sweep-stance.js';

const twin = openSweepRoom();
const kernel = openSweepRoom(kernelHost);

/** NaN has many bit patterns, and which one comes out is nobody's to say. */
const bytesOf = (values: Float64Array) =>
  Buffer.from(Float64Array.from(values, (value) => (Number.isNaN(value) ? Number.NaN : value)).buffer).toString('hex');

/** Returns that are small, nothing, huge or hardly there: the last squeeze the others into one bucket. */
const move = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -0.03, max: 0.03, noNaN: true }) },
  fc.constantFrom(0, -0.9, 0.5, -1e-300, 1e-300, 0.01, -0.01, 1e170),
);

const stances = fc.record({
  bars: fc.array(
    fc.record({ gross: move, traded: fc.constantFrom<number>(0, 0, 1, 2, 0.3), isNewSession: fc.boolean() }),
    {
      maxLength: 300,
    },
  ),
  legs: fc.array(fc.record({ earned: move, filled: fc.constantFrom<number>(0, 1), ends: fc.boolean() }), {
    maxLength: 300,
  }),
  idle: fc.integer({ min: 0, max: 200 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  rates: fc.array(fc.double({ min: 0, max: 0.01, noNaN: true }), { minLength: 1, maxLength: 5 }),
});

type Made = typeof stances extends fc.Arbitrary<infer T> ? T : never;

function earnOn(room: typeof twin, { bars, legs, idle, share, rates }: Made) {
  const sheet = room.sheet(600, 8);
  let sessions = 0;
  bars.forEach(({ gross, traded, isNewSession }, i) => {
    if (i > 0 && isNewSession) sessions++;
    sheet.gross[i] = gross;
    sheet.traded[i] = traded;
    sheet.session[i] = sessions;
  });
  let trades = 0;
  legs.forEach(({ earned, filled, ends }, i) => {
    sheet.earned[i] = earned;
    sheet.filled[i] = filled;
    sheet.expired[i] = ends ? filled : 0;
    if (ends || i === legs.length - 1) sheet.end[trades++] = i + 1;
  });
  sheet.rates.set(rates);
  const count = bars.length;
  const all = (count === 0 ? 0 : sessions + 1) + idle;
  const worst = Math.ceil(share * all - 1e-9);
  room.earn(sheet, { count, trades, bars: count + idle, sessions: all, worst }, rates.length);
  return { figures: sheet.figures.slice(0, rates.length * at.FIGURES), sessions: all, worst };
}

describe('what a stance earns', () => {
  it('is the same bits by the kernel and by its twin', () => {
    fc.assert(
      fc.property(stances, (made) => {
        expect(bytesOf(earnOn(kernel, made).figures)).toBe(bytesOf(earnOn(twin, made).figures));
      }),
      { numRuns: 500 },
    );
  });

  it('is what the whole series comes to, idle sessions included', () => {
    fc.assert(
      fc.property(stances, (made) => {
        fc.pre(made.bars.length + made.idle > 1);
        const { figures, sessions, worst } = earnOn(twin, made);
        const net = made.bars.map(({ gross, traded }) => gross - made.rates[0]! * traded);
        const whole = [...net, ...new Array<number>(made.idle).fill(0)];
        // What grew beyond all numbers is refused by the whole series.
        fc.pre(Number.isFinite(figures[at.GROWTH]!));
        expect(figures[at.GROWTH]! - 1).toBe(compound(whole));
        expect(figures[at.LOWEST]! - 1).toBe(maxDrawdown(whole));
        const daily: number[] = [];
        let growth = 1;
        made.bars.forEach((_, i) => {
          growth *= 1 + net[i]!;
          if (i < made.bars.length - 1 && !made.bars[i + 1]!.isNewSession) return;
          daily.push(growth - 1);
          growth = 1;
        });
        daily.push(...new Array<number>(made.idle).fill(0));
        const std = stdOf(daily);
        if (std !== null && std !== 0) {
          expect(Math.sqrt(figures[at.SECOND]! / (sessions - 1))).toBe(std);
          const variance = figures[at.SECOND]! / sessions;
          const { skew, kurtosis } = shapeOf(daily);
          if (skew !== null) {
            expect(figures[at.THIRD]! / sessions / (variance * Math.sqrt(variance))).toBe(skew);
            expect(figures[at.FOURTH]! / sessions / (variance * variance)).toBe(kurtosis);
          }
        }
        // A sum from -0 and one from 0 are the same number.
        if (worst > 0) expect(figures[at.WORST_SUM]! / worst + 0).toBe(expectedShortfall(daily, worst / sessions)! + 0);
      }),
      { numRuns: 300 },
    );
  });

  it('sorts nothing but finds the worst where hardly a session lost, and where all fell together', () => {
    const bar = (gross: number) => ({ gross, traded: 0, isNewSession: true });
    const many = (count: number, value: (i: number) => number) =>
      Array.from({ length: count }, (_, i) => bar(value(i)));
    const of = (bars: Made['bars'], idle: number) =>
      [twin, kernel].map((room) => earnOn(room, { bars, legs: [], idle, share: 0.5, rates: [0] }));
    const scenes = [
      many(90, (i) => 0.01 + i / 1e4),
      many(200, (i) => (i === 7 ? -0.99 : -1e-4 - i / 1e9)),
      many(3, () => 0),
    ];
    for (const bars of scenes) {
      const [ours, theirs] = of(bars, 3);
      expect(bytesOf(theirs!.figures)).toBe(bytesOf(ours!.figures));
      const daily = [...bars.map(({ gross }) => 1 + gross - 1), 0, 0, 0];
      expect(ours!.figures[at.WORST_SUM]! / ours!.worst + 0).toBe(expectedShortfall(daily, 0.5)! + 0);
    }
  });
});

describe('a stance', () => {
  const bar = fc.record({
    up: fc.constantFrom(0.2, 0.3, 0.4, 0.5, Number.NaN),
    down: fc.constantFrom(0.2, 0.3, 0.4, 0.5),
    gap: move,
    day: move,
    isTradable: fc.boolean(),
    breaks: fc.constantFrom(false, false, false, true),
    side: fc.constantFrom(-1, 0, 1),
    isClosed: fc.boolean(),
  });
  const cases = fc.record({
    bars: fc.array(bar, { minLength: 1, maxLength: 120 }),
    horizonBars: fc.constantFrom(1, 1, 2, 5),
    isEvent: fc.boolean(),
    hasGate: fc.boolean(),
    level: fc.constantFrom(0.2, 0.35, 0.4, Infinity),
    exitThreshold: fc.constantFrom(null, 0.3, 0.45),
    sizeByConf: fc.boolean(),
    confCap: fc.constantFrom(0.1, 1),
    longOnly: fc.boolean(),
  });

  it('is the same bits by the kernel and by its twin, unknown probabilities included', () => {
    fc.assert(
      fc.property(cases, ({ bars: drawn, horizonBars, isEvent, hasGate, level, ...rules }) => {
        const bars = drawn.length;
        const breaks = (k: number) => k === 0 || drawn[k]!.breaks;
        let start = 0;
        const segmentStart = Int32Array.from(drawn, ({ isTradable }, k) => {
          if (breaks(k)) start = k;
          const here = start;
          if (!isTradable) start = k + 1;
          return here;
        });
        const doubles = (name: 'up' | 'down' | 'gap' | 'day') => Float64Array.from(drawn, (one) => one[name]);
        const track: TrackColumns = {
          bars,
          up: doubles('up'),
          down: doubles('down'),
          gap: doubles('gap'),
          day: doubles('day'),
          isTradable: Uint8Array.from(drawn, ({ isTradable }) => Number(isTradable)),
          isFirst: Uint8Array.from(drawn, (_, k) => Number(breaks(k))),
          isLast: Uint8Array.from(drawn, (_, k) => Number(k === bars - 1 || breaks(k + 1))),
          segmentStart,
          sessionAt: Int32Array.from(drawn, (_, k) => k),
          direction: Int8Array.from(drawn, ({ day }) => Math.sign(day)),
          eventSide: isEvent ? Int8Array.from(drawn, ({ side }) => side) : undefined,
          horizonBars,
        };
        const wish: Wish = {
          ...rules,
          candidates: Int32Array.from(drawn, (_, k) => k),
          entry: new Float64Array(bars).fill(level),
          closed: hasGate ? Uint8Array.from(drawn, ({ isClosed }) => Number(isClosed)) : undefined,
        };
        const [ours, theirs] = [twin, kernel].map((room) => {
          const sheet = room.sheet(600, 8);
          const stance = room.hold(sheet, track, wish);
          const { count, trades } = stance;
          const legs = trades === 0 ? 0 : sheet.end[trades - 1]!;
          return {
            stance,
            gross: bytesOf(sheet.gross.subarray(0, count)),
            traded: bytesOf(sheet.traded.subarray(0, count)),
            session: [...sheet.session.subarray(0, count)],
            legs: [sheet.earned, sheet.filled, sheet.expired].map((column) => bytesOf(column.subarray(0, legs))),
            end: [...sheet.end.subarray(0, trades)],
          };
        });
        expect(theirs).toEqual(ours);
      }),
      { numRuns: 500 },
    );
  });
});
