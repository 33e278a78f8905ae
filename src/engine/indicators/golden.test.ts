/** Values that others computed: sigma 30, and the expectations of an independent indicator library on 502 daily bars. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { barsFromColumns } from '../calendar/bars-from-columns.js';
import { parseDay } from '../calendar/civil-date.js';
import type { Bars } from '../frame/bars.js';
import { computeIndicators } from './compute-indicators.js';
import { differenceWeights } from './extra/fractional-difference.js';
import { type IndicatorRequest, resolveIndicator } from './resolve.js';
import { relativeStrength } from './rsi.js';

const BARS = '../shared/data/ohlcv/quotes_default_daily.csv';
const EXPECTED = '../shared/data/indicators';

function readBars(): Bars {
  const rows = readFileSync(BARS, 'utf8').trim().split(/\r?\n/).slice(1);
  const cells = rows.map((row) => row.split(','));
  const column = (at: number) => Float64Array.from(cells, (row) => Number(row[at]));
  const timestampUs = Float64Array.from(cells, (row) => parseDay(row[0]!)! * 86_400_000_000);
  const raw = { timestampUs, open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) };
  return barsFromColumns(raw, { interval: 'day' }).bars;
}

/** `fromRow`: the first row that must agree; another seed or trade direction makes earlier rows differ. */
interface Golden {
  readonly file: string;
  readonly request: IndicatorRequest;
  readonly output: string;
  readonly field: string;
  readonly tolerance: number;
  readonly fromRow?: number;
  /** Our value of this many rows before is the reference's. */
  readonly delay?: number;
}

const golden: Golden[] = [
  { file: 'sma', request: 'sma__window=20', output: 'sma_20', field: 'sma', tolerance: 1e-10 },
  { file: 'ema', request: 'ema__window=20', output: 'ema_20', field: 'ema', tolerance: 1e-10 },
  { file: 'rsi', request: 'rsi', output: 'rsi_14', field: 'rsi', tolerance: 1e-9 },
  { file: 'macd', request: 'macd', output: 'macd_line', field: 'macd', tolerance: 1e-10 },
  { file: 'macd', request: 'macd', output: 'macd_signal', field: 'signal', tolerance: 1e-10 },
  { file: 'macd', request: 'macd', output: 'macd_hist', field: 'histogram', tolerance: 1e-10 },
  { file: 'atr', request: 'atr', output: 'atr_14', field: 'atr', tolerance: 1e-10 },
  { file: 'adx', request: 'adx', output: 'plus_di_14', field: 'pdi', tolerance: 1e-9 },
  { file: 'adx', request: 'adx', output: 'minus_di_14', field: 'mdi', tolerance: 1e-9 },
  { file: 'adx', request: 'adx', output: 'adx_14', field: 'adx', tolerance: 1e-9 },
  { file: 'bb', request: 'BB', output: 'bb_mid_20', field: 'sma', tolerance: 1e-10 },
  { file: 'bb', request: 'BB', output: 'bb_upper_20', field: 'upperBand', tolerance: 1e-9 },
  { file: 'bb', request: 'BB', output: 'bb_lower_20', field: 'lowerBand', tolerance: 1e-9 },
  { file: 'cci', request: 'cci', output: 'cci_20', field: 'cci', tolerance: 1e-8 },
  { file: 'mfi', request: 'mfi', output: 'mfi_14', field: 'mfi', tolerance: 1e-9 },
  { file: 'willr', request: 'WILLR', output: 'williams_r_14', field: 'williamsR', tolerance: 1e-9 },
  { file: 'roc', request: 'roc__window=14', output: 'roc_14', field: 'roc', tolerance: 1e-10 },
  { file: 'aroon', request: 'aroon', output: 'aroon_up_25', field: 'aroonUp', tolerance: 1e-10 },
  { file: 'aroon', request: 'aroon', output: 'aroon_down_25', field: 'aroonDown', tolerance: 1e-10 },
  { file: 'aroon', request: 'aroon', output: 'aroon_osc_25', field: 'oscillator', tolerance: 1e-10 },
  { file: 'obv', request: 'obv', output: 'obv', field: 'obv', tolerance: 0 },
  { file: 'cmf', request: 'cmf', output: 'cmf_20', field: 'cmf', tolerance: 1e-10 },
  { file: 'uo', request: 'UO', output: 'ultimate_osc', field: 'ultimate', tolerance: 1e-9 },
  // The reference averages K over 3 bars; ours is the fast K, whose SMA(3) is D.
  { file: 'stoch', request: 'STOCH', output: 'stoch_d', field: 'k', tolerance: 1e-9 },
  {
    file: 'supertrend',
    request: 'supertrend',
    output: 'supertrend',
    field: 'superTrend',
    tolerance: 1e-9,
    fromRow: 60,
  },
  // The reference hides the first trade, whose side is a guess.
  { file: 'psar', request: 'SAR', output: 'psar', field: 'sar', tolerance: 1e-9, fromRow: 60 },
  // The reference seeds its three averages together from the first row.
  { file: 'trix', request: 'trix__period=14', output: 'trix_14', field: 'trix', tolerance: 1e-6, fromRow: 250 },
  // The middle lines agree; the reference's ATR has 10 bars, ours as many as the average.
  { file: 'keltner', request: 'keltner', output: 'keltner_mid_20', field: 'centerline', tolerance: 1e-10 },
  { file: 'ichimoku', request: 'ichimoku', output: 'ichimoku_tenkan', field: 'tenkanSen', tolerance: 1e-10 },
  { file: 'ichimoku', request: 'ichimoku', output: 'ichimoku_kijun', field: 'kijunSen', tolerance: 1e-10 },
  {
    file: 'ichimoku',
    request: { name: 'ichimoku', shift_ahead: true },
    output: 'ichimoku_span_b',
    field: 'senkouSpanB',
    tolerance: 1e-10,
    fromRow: 78,
  },
  {
    file: 'stoch-rsi',
    request: { name: 'stoch_rsi', smooth_k: 1 },
    output: 'stochrsi_k',
    field: 'stochRsi',
    tolerance: 1e-6,
    fromRow: 40,
  },
  {
    file: 'stoch-rsi',
    request: { name: 'stoch_rsi', smooth_k: 1, smooth_d: 3 },
    output: 'stochrsi_d',
    field: 'signal',
    tolerance: 1e-6,
    fromRow: 40,
  },
  {
    file: 'ichimoku',
    request: { name: 'ichimoku', shift_ahead: true },
    output: 'ichimoku_span_a',
    field: 'senkouSpanA',
    tolerance: 1e-10,
    fromRow: 78,
  },
  { file: 'wma', request: 'wma', output: 'wma_14', field: 'wma', tolerance: 1e-10 },
  { file: 'hma', request: 'hma', output: 'hma_14', field: 'hma', tolerance: 1e-10 },
  // The reference seeds its two or three averages together.
  { file: 'dema', request: 'dema', output: 'dema_14', field: 'dema', tolerance: 1e-6, fromRow: 250 },
  { file: 'tema', request: 'tema', output: 'tema_20', field: 'tema', tolerance: 1e-6, fromRow: 250 },
  { file: 'chop', request: 'CHOP', output: 'choppiness_14', field: 'chop', tolerance: 1e-9 },
  { file: 'vortex', request: 'vortex', output: 'vortex_plus_14', field: 'pvi', tolerance: 1e-10 },
  { file: 'vortex', request: 'vortex', output: 'vortex_minus_14', field: 'nvi', tolerance: 1e-10 },
  { file: 'tr', request: 'TR', output: 'true_range', field: 'tr', tolerance: 1e-10 },
  { file: 'heikinashi', request: 'heikin_ashi', output: 'ha_open', field: 'open', tolerance: 1e-10 },
  { file: 'heikinashi', request: 'heikin_ashi', output: 'ha_high', field: 'high', tolerance: 1e-10 },
  { file: 'heikinashi', request: 'heikin_ashi', output: 'ha_low', field: 'low', tolerance: 1e-10 },
  { file: 'heikinashi', request: 'heikin_ashi', output: 'ha_close', field: 'close', tolerance: 1e-10 },
  { file: 'stdev', request: 'price_deviation', output: 'price_std_14', field: 'stdDev', tolerance: 1e-9 },
  { file: 'stdev', request: 'price_deviation', output: 'price_z_14', field: 'zScore', tolerance: 1e-9 },
  { file: 'stdev', request: 'sma__window=14', output: 'sma_14', field: 'mean', tolerance: 1e-10 },
  { file: 'vwap', request: 'anchored_vwap', output: 'vwap_anchored', field: 'vwap', tolerance: 1e-9 },
  // The reference's channel leaves its own bar out: ours of the row before.
  {
    file: 'donchian',
    request: 'donchian',
    output: 'donchian_upper_20',
    field: 'upperBand',
    tolerance: 1e-10,
    delay: 1,
  },
  {
    file: 'donchian',
    request: 'donchian',
    output: 'donchian_lower_20',
    field: 'lowerBand',
    tolerance: 1e-10,
    delay: 1,
  },
  { file: 'donchian', request: 'donchian', output: 'donchian_mid_20', field: 'centerline', tolerance: 1e-10, delay: 1 },
];

describe.skipIf(!existsSync(BARS))('indicators equal an independent library (skipped when the data is absent)', () => {
  const bars = existsSync(BARS) ? readBars() : undefined;

  it.each(golden)(
    '$output equals $field of $file',
    ({ file, request, output, field, tolerance, fromRow = 0, delay = 0 }) => {
      const rows: Record<string, number | null>[] = JSON.parse(readFileSync(`${EXPECTED}/${file}.json`, 'utf8'));
      const market = { ticker: 'SPY', interval: 'day' as const, bars: bars! };
      const { columns } = computeIndicators(market, [resolveIndicator(request)]);
      const { values } = columns.find(({ name }) => name === output)!;
      expect(rows.length).toBe(values.length);
      const wrong: string[] = [];
      let compared = 0;
      for (let i = fromRow; i < rows.length; i++) {
        const want = rows[i]![field] ?? null;
        const ours = values[i - delay] ?? Number.NaN;
        const got = Number.isNaN(ours) ? null : ours;
        if (want !== null) compared++;
        const agrees = want === null || got === null ? want === got : Math.abs(want - got) <= tolerance;
        if (!agrees) wrong.push(`row ${i}: ${got} instead of ${want}`);
      }
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(compared).toBeGreaterThan(200);
    },
  );
});

describe.skipIf(!existsSync(BARS))('where the definitions differ (skipped when the data is absent)', () => {
  const market = () => ({ ticker: 'SPY', interval: 'day' as const, bars: readBars() });
  const column = (request: IndicatorRequest, output: string) =>
    computeIndicators(market(), [resolveIndicator(request)]).columns.find(({ name }) => name === output)!.values;
  const expected = (file: string, field: string) =>
    (JSON.parse(readFileSync(`${EXPECTED}/${file}.json`, 'utf8')) as Record<string, number | null>[]).map(
      (row) => row[field] ?? Number.NaN,
    );
  const furthest = (ours: ArrayLike<number>, theirs: readonly number[], fromRow: number) =>
    Math.max(...theirs.slice(fromRow).map((value, i) => Math.abs(value - ours[i + fromRow]!)));

  it("Keltner: the reference's bands are our middle line and 2 ATR(10)", () => {
    const [middle, range] = [column('keltner', 'keltner_mid_20'), column('atr__period=10', 'atr_10')];
    for (const [field, sign] of [
      ['upperBand', 2],
      ['lowerBand', -2],
    ] as const) {
      const ours = middle.map((value, i) => value + sign * range[i]!);
      expect(furthest(ours, expected('keltner', field), 19)).toBeLessThan(1e-9);
    }
  });

  it("stochastic: the reference's slow K is our D, its D the average of that", () => {
    const slow = column('STOCH', 'stoch_d');
    const signal = slow.map((value, i) => (value + slow[i - 1]! + slow[i - 2]!) / 3);
    expect(furthest(signal, expected('stoch', 'd'), 17)).toBeLessThan(1e-9);
  });

  it('Ichimoku: the reference draws a later close as chikou, ours is what the past knows of it', () => {
    const theirs = expected('ichimoku', 'chikouSpan');
    const { close } = market().bars;
    const ours = column('ichimoku', 'ichimoku_chikou');
    for (let i = 26; i < close.length; i++) {
      expect(theirs[i - 26]).toBe(close[i]);
      expect(ours[i]).toBe(close[i]! - close[i - 26]!);
    }
  });
});

describe('golden vectors of the contract', () => {
  it('gives the printed Wilder RSI(14)', () => {
    const prices =
      '44.3389 44.0902 44.1497 43.6124 44.3278 44.8264 45.0955 45.4245 45.8433 46.0826 45.8931 46.0328 45.6140 46.2820 46.2820 46.0028 46.0328 46.4116 46.2222 45.6439 46.2122 46.2521 45.7137 46.4515 45.7835 45.3548 44.0288 44.1783 44.2181 44.5672 43.4205 42.6628 43.1314';
    const expected =
      '70.5328 66.3186 66.5498 69.4063 66.3552 57.9749 62.9296 63.2571 56.0593 62.3771 54.7076 50.4228 39.9898 41.4605 41.8689 45.4632 37.3040 33.0795 37.7730';
    const values = relativeStrength(Float64Array.from(prices.split(' '), Number), 14);
    expect(Array.from(values.slice(0, 14))).toEqual(Array(14).fill(Number.NaN));
    expect(Array.from(values.slice(14), (value) => value.toFixed(4))).toEqual(expected.split(' '));
  });
});

describe('fractional differences', () => {
  it('have the weights of the binomial series', () => {
    expect([...differenceWeights(0.5, 5)]).toEqual([1, -0.5, -0.125, -0.0625, -0.0390625]);
    expect([...differenceWeights(1, 4)].map((weight) => weight + 0)).toEqual([1, -1, 0, 0]);
    expect([...differenceWeights(2, 4)].map((weight) => weight + 0)).toEqual([1, -2, 1, 0]);
    expect([...differenceWeights(0, 3)].map((weight) => weight + 0)).toEqual([1, 0, 0]);
  });
});
