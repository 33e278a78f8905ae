import { describe, expect, it } from 'vitest';
import { relatedTickers } from './related-tickers.js';
import { describeIndicator, type IndicatorRequest, resolveIndicator, resolveIndicators } from './resolve.js';

const resolve = (request: IndicatorRequest) => describeIndicator(resolveIndicator(request));

it('names the tickers whose daily bars indicators want', () => {
  const resolved = resolveIndicators([
    'vix_delta',
    'vix_term_slope__far=6m',
    'daily_rsi',
    'daily_ret__underlying=qqq',
    'daily_ema__underlying=SPY',
  ]);
  expect(relatedTickers(resolved, 'SPY')).toEqual(['I:VIX', 'I:VIX6M', 'QQQ']);
});

describe('resolveIndicator', () => {
  it.each([
    ['RSI', { name: 'rsi', column: 'close', period: 14 }],
    ['BB', { name: 'bollinger_bands', column: 'close', window: 20, num_std: 2 }],
    ['MACD', { name: 'macd', column: 'close', fast: 12, slow: 26, signal: 9 }],
    ['rsi__period=21', { name: 'rsi', column: 'close', period: 21 }],
    ['macd__fast=8__slow=17', { name: 'macd', column: 'close', fast: 8, slow: 17, signal: 9 }],
    ['ichimoku__shift_ahead=true', { name: 'ichimoku', tenkan: 9, kijun: 26, senkou: 52, shift_ahead: true }],
    [
      { name: 'Returns', window: 3 },
      { name: 'ret', column: 'close', window: 3 },
    ],
    // The length of a window under another of its usual names.
    [
      { name: 'ema', period: 20 },
      { name: 'ema', column: 'close', window: 20 },
    ],
    ['sold_flow_ratio', { name: 'sold_flow_ratio', window: null }],
  ])('reads %j', (request, expected) => expect(resolve(request)).toEqual(expected));

  it.each([
    ['rsy', /Unknown indicator rsy. Did you mean rsi/],
    ['rsix', /Unknown indicator rsix. Did you mean rsi/],
    ['emas', /Did you mean ema/],
    ['bolinger', /Did you mean bollinger/],
    ['qqqqqqqq', /^Unknown indicator qqqqqqqq$/],
    ['rsi__period', /name__param=value/],
    ['rsi__period=0', /between 1 and 5040/],
    ['rsi__period=1.5', /whole number/],
    ['rsi__period=1e999', /whole number/],
    ['rsi__fast=3', /no parameter 'fast'; it takes column, period/],
    [{ name: 'rsi', period: '' }, /whole number/],
    [{ name: 'rsi', column: 'colour' }, /one of open, high, low, close, volume, vwap/],
    [{ name: 'ichimoku', shift_ahead: 'maybe' }, /true or false/],
    [{ name: 'volatility', window: 1 }, /between 2 and/],
    ['daily_vwap__shift_days=0', /between 1 and/],
  ])('refuses %j', (request, reason) => expect(() => resolveIndicator(request)).toThrow(reason));

  it('gives at most three suggestions, as data too', () => {
    try {
      resolveIndicator('ema_slop');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'indicator_unknown',
        detail: { unknown: ['ema_slop'], suggestions: ['ema_slope', 'ema'] },
      });
    }
  });

  it('keeps the same indicator once, another parameter apart', () => {
    expect(resolveIndicators(['rsi', 'RSI', 'rsi__period=14', 'rsi__period=7'])).toHaveLength(2);
  });
});
