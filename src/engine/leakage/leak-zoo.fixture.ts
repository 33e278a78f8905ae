/** Ways of using the future that others shipped or that are easily written: each must be caught by what it does. */
import { addSessions } from '../calendar/exchange-calendar.js';
import type { MarketData } from '../indicators/indicator.js';
import { exponentialAverage, simpleAverage } from '../indicators/moving-average.js';
import { relativeStrength } from '../indicators/rsi.js';
import { averageTrueRange } from '../indicators/true-range.js';

export type Plant = (market: MarketData) => Float64Array;

const close = ({ bars }: MarketData) => bars.close;
const ahead = (values: Float64Array, rows: number) => values.map((_, i) => values[i + rows] ?? Number.NaN);
const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
const mean = (values: Float64Array) => sum(values) / values.length;
const deviation = (values: Float64Array) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
const returns = (values: Float64Array) => values.map((value, i) => (i === 0 ? 0 : value / values[i - 1]! - 1));
const reversed = (values: Float64Array) => values.slice().reverse();

/** Something of the whole session at each of its bars. */
function bySession(market: MarketData, reduce: (rows: readonly number[]) => number): Float64Array {
  const rows = new Map<number, number[]>();
  market.bars.session.forEach((session, row) => {
    rows.set(session, [...(rows.get(session) ?? []), row]);
  });
  const values = new Map([...rows].map(([session, list]) => [session, reduce(list)]));
  return Float64Array.from(market.bars.session, (session) => values.get(session)!);
}

/** A daily value of a session `shift` sessions from the bar's own. */
function dailyAt(
  market: MarketData,
  daily: { session: Int32Array },
  values: Float64Array,
  shift: number,
): Float64Array {
  const known = new Map(Array.from(daily.session, (session, row) => [session, values[row]!]));
  return Float64Array.from(
    market.bars.session,
    (session) => known.get(shift === 0 ? session : addSessions(session, shift)) ?? Number.NaN,
  );
}

const vix = (market: MarketData) => market.related!['I:VIX']!;

export const plants: Readonly<Record<string, Plant>> = {
  'next close': (m) => ahead(close(m), 1),
  'next open': (m) => ahead(m.bars.open, 1),
  'next high': (m) => ahead(m.bars.high, 1),
  'next low': (m) => ahead(m.bars.low, 1),
  'next volume': (m) => ahead(m.bars.volume, 1),
  'next return': (m) => ahead(returns(close(m)), 1),
  'return of the next five bars': (m) => ahead(close(m), 5).map((later, i) => later / close(m)[i]! - 1),
  'close of 26 bars later, as charts draw the chikou': (m) => ahead(close(m), 26),
  'score over the whole sample': (m) => {
    const [middle, sigma] = [mean(close(m)), deviation(close(m))];
    return close(m).map((value) => (value - middle) / sigma);
  },
  'mean of the whole sample': (m) => new Float64Array(m.bars.rows).fill(mean(close(m))),
  'deviation of the whole sample': (m) => new Float64Array(m.bars.rows).fill(deviation(returns(close(m)))),
  'band of the whole sample': (m) => {
    const band = 0.3 * deviation(returns(close(m)));
    return returns(close(m)).map((value) => (Math.abs(value) > band ? 1 : 0));
  },
  'highest close of the sample': (m) => {
    const highest = Math.max(...close(m));
    return close(m).map((value) => value / highest);
  },
  'scaling to the range of the sample': (m) => {
    const [low, high] = [Math.min(...close(m)), Math.max(...close(m))];
    return close(m).map((value) => (value - low) / (high - low));
  },
  'rank in the sample': (m) => close(m).map((value) => close(m).filter((other) => other < value).length),
  'median of the sample': (m) => {
    const median = close(m).slice().sort()[m.bars.rows >> 1]!;
    return close(m).map((value) => value - median);
  },
  'centred average': (m) => ahead(simpleAverage(close(m), 5), 2),
  'centred median': (m) =>
    close(m).map(
      (_, i) =>
        close(m)
          .slice(Math.max(0, i - 2), i + 3)
          .sort()[2] ?? Number.NaN,
    ),
  'detrended price as charts draw it': (m) => {
    const average = ahead(simpleAverage(close(m), 20), 11);
    return close(m).map((value, i) => average[i]! - value);
  },
  'average run backwards': (m) => reversed(exponentialAverage(reversed(close(m)), 10)),
  'average run both ways': (m) => reversed(exponentialAverage(reversed(exponentialAverage(close(m), 5)), 5)),
  'distance to the line through the sample': (m) => {
    const [first, last] = [close(m)[0]!, close(m).at(-1)!];
    return close(m).map((value, i) => value - (first + ((last - first) * i) / close(m).length));
  },
  'hole filled from behind': (m) => close(m).map((value, i) => (i % 7 === 3 ? (close(m)[i + 1] ?? Number.NaN) : value)),
  'hole interpolated': (m) =>
    close(m).map((value, i) => (i % 7 === 3 ? (close(m)[i - 1]! + (close(m)[i + 1] ?? Number.NaN)) / 2 : value)),
  'high of the whole session': (m) => bySession(m, (rows) => Math.max(...rows.map((row) => m.bars.high[row]!))),
  'low of the whole session': (m) => bySession(m, (rows) => Math.min(...rows.map((row) => m.bars.low[row]!))),
  'volume of the whole session': (m) =>
    bySession(m, (rows) => rows.reduce((total, row) => total + m.bars.volume[row]!, 0)),
  'close of the whole session': (m) => bySession(m, (rows) => m.bars.close[rows.at(-1)!]!),
  'number of bars of the session': (m) => bySession(m, (rows) => rows.length),
  'same-day daily close': (m) => dailyAt(m, m.daily!, m.daily!.close, 0),
  'same-day daily RSI': (m) => dailyAt(m, m.daily!, relativeStrength(m.daily!.close, 14), 0),
  'next daily open': (m) => dailyAt(m, m.daily!, m.daily!.open, 1),
  'gap over an ATR that holds its own day': (m) =>
    dailyAt(m, m.daily!, averageTrueRange(m.daily!, 14), 0).map((range, i) => m.bars.open[i]! / range),
  'same-day index close': (m) => dailyAt(m, vix(m), vix(m).close, 0),
  'next index close': (m) => dailyAt(m, vix(m), vix(m).close, 1),
  'mean return of the hour over the sample': (m) => {
    const move = returns(close(m));
    return Float64Array.from(m.bars.hourEt, (hour) => mean(move.filter((_, row) => m.bars.hourEt[row] === hour)));
  },
  'share of rising bars of the hour over the sample': (m) => {
    const move = returns(close(m));
    return Float64Array.from(m.bars.hourEt, (hour) =>
      mean(move.filter((_, row) => m.bars.hourEt[row] === hour).map((value) => (value > 0 ? 1 : 0))),
    );
  },
  'prices adjusted back from the last one': (m) => close(m).map((value) => value / close(m).at(-1)!),
  'length of the sample': (m) => close(m).map(() => close(m).length),
  'time left to the end of the sample': (m) => m.bars.tsEndMs.map((ms) => m.bars.tsEndMs.at(-1)! - ms),
  'whether the next bar belongs to another session': (m) =>
    close(m).map((_, i) => (m.bars.session[i + 1] === m.bars.session[i] ? 0 : 1)),
  'pivot confirmed by the bars after it': (m) =>
    m.bars.high.map((high, i) => (high > (m.bars.high[i - 1] ?? 0) && high > (m.bars.high[i + 1] ?? 0) ? 1 : 0)),
  'deepest fall of the next ten bars': (m) =>
    close(m).map((value, i) => Math.min(...close(m).slice(i, i + 10)) / value - 1),
  'deviation of the next ten returns': (m) => close(m).map((_, i) => deviation(returns(close(m)).slice(i + 1, i + 11))),
  'first barrier touched': (m) =>
    close(m).map((value, i) =>
      close(m)
        .slice(i + 1)
        .findIndex((later) => Math.abs(later / value - 1) > 0.01),
    ),
  'cumulative volume as a share of all': (m) => {
    let seen = 0;
    const total = sum(m.bars.volume);
    return m.bars.volume.map((value) => {
      seen += value;
      return seen / total;
    });
  },
  'last row left out, as a label would': (m) =>
    close(m).map((value, i) => (i + 1 === close(m).length ? Number.NaN : value)),
};
