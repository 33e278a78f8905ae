import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLabel, horizonSessions, inferPack, isSafeName, parseModelId, slug } from './identifiers.js';
import { mergeConfig } from './model-config.js';
import { parseYaml } from './pack-files.js';
import { defaultPolicy, judgePolicy, normalisePolicy } from './policy.js';
import { expandSweep } from './sweep-grid.js';
import { snakeCase, toDocument } from './wire-names.js';

describe('a model id', () => {
  it.each([
    ['spy_opt_0dte_hourly', { ticker: 'SPY', asset: 'opt', horizon: '0dte', cadence: 'hourly', variant: null }],
    ['AAPL_equity_5d_daily', { ticker: 'AAPL', asset: 'eq', horizon: '5d', cadence: 'daily', variant: null }],
    ['TSLA_options_0d_intraday', { ticker: 'TSLA', asset: 'opt', horizon: '0d', cadence: 'intraday', variant: null }],
    [
      'spy_eq_swing_daily_breakout',
      { ticker: 'SPY', asset: 'eq', horizon: 'swing', cadence: 'daily', variant: 'breakout' },
    ],
  ])('%s is read', (id, meaning) => expect(parseModelId(id)).toEqual(meaning));

  it.each(['My TSLA', 'aapl_stock_hourly', 'a_eq_5x_daily', '../x_eq_5d_daily', 'averyverylongname_eq_5d_daily'])(
    '%s is none',
    (text) => expect(parseModelId(text)).toBeUndefined(),
  );

  it('that names a file cannot climb', () => {
    expect(['a..b', '.a', 'a/b', '', 'a\0'].filter(isSafeName)).toEqual([]);
    fc.assert(fc.property(fc.string(), (text) => !isSafeName(text) || !/[/\\\0]|\.\./.test(text)));
  });

  it('tells how long a position is held, its pack and its label', () => {
    expect(['0dte', '0d', 'intraday', 'swing', 'long', '5d', '3w'].map(horizonSessions)).toEqual([
      0, 0, 0, 5, 63, 5, 15,
    ]);
    expect(inferPack('0dte', 'hourly')).toBe('zerosigma');
    expect(inferPack('30d', 'daily')).toBe('swingsigma');
    expect(inferPack('31d', 'daily')).toBe('longsigma');
    expect(inferPack('intraday', 'daily')).toBe('overnightsigma');
    expect(inferPack('intraday', '5m')).toBe('momentumsigma');
    expect(defaultLabel('swingsigma', '5d', 'daily')).toBe('fwd_ret_5d');
    expect(defaultLabel('swingsigma', 'swing', 'daily')).toBe('fwd_ret_20d');
    expect(defaultLabel('zerosigma', '0dte', 'hourly')).toBe('next_bar_updown');
    expect(defaultLabel('momentumsigma', 'intraday', 'daily')).toBe('fwd_ret_1d');
    expect(slug('  My TSLA (2)! ')).toBe('my_tsla_2');
  });
});

describe('the grid of a sweep', () => {
  const hours = [[9], [10], [11]];
  it('is a product in S2: 4 x 3 x 3 = 36', () => {
    const thresholds = [[0.5], [0.55], [0.6], [0.65]];
    expect(expandSweep({ form: 'product', thresholds, hours, topPct: [0.05, 0.1, 0.2] })).toHaveLength(36);
  });

  it('is a union in S3: 2 x 2 + 3 x 2 = 10', () => {
    const axes = {
      form: 'union',
      thresholds: [[0.5, 0.52], [0.6]],
      hours: [[9], [10]],
      topPct: [0.01, 0.05, 0.1],
    } as const;
    const configs = expandSweep(axes);
    expect(configs).toHaveLength(10);
    expect(configs.map(({ kind }) => kind).slice(3, 5)).toEqual(['thresholds', 'top_pct']);
  });

  it('tries equal configurations once, and no more than 500', () => {
    expect(expandSweep({ form: 'product', thresholds: [[0.5], [0.5]], hours: null, topPct: null })).toHaveLength(1);
    const many = Array.from({ length: 501 }, (_, i) => [(i + 1) / 1000]);
    expect(() => expandSweep({ form: 'product', thresholds: many, hours: null, topPct: null })).toThrow(/at most 500/);
  });
});

describe('a policy', () => {
  it('is sound by default, and an empty one lacks its sections', () => {
    expect(judgePolicy(defaultPolicy())).toMatchObject({
      schemaOk: true,
      schemaErrors: [],
      checks: { ok: true, warnings: [] },
    });
    expect(judgePolicy({}).schemaErrors).toEqual([
      'risk section is missing',
      'execution section is missing',
      'alerting section is missing',
    ]);
  });

  it('is judged key by key, in the words of the contract', () => {
    const verdict = judgePolicy({
      risk: {},
      execution: { slippage_bps: true, colour: 1, brackets: { atr_mult_stop: 0, atr_mult_target: -1 } },
      alerting: { cooldown_minutes: -1 },
    });
    expect(verdict.schemaErrors).toEqual([
      'execution.slippage_bps must be a number',
      'alerting.cooldown_minutes must be at least 0',
    ]);
    expect(verdict.checks.errors).toEqual(['execution.brackets.atr_mult_stop must be above 0']);
    expect(verdict.checks.warnings).toEqual([
      'execution.colour is unknown',
      'execution.brackets.atr_mult_target is not above atr_mult_stop',
    ]);
    expect(verdict.executionEffective['slippage_bps']).toBe(1);
  });

  it('may be nested and may hold its brackets at the top', () => {
    const policy = { policy: { risk: {}, execution: {}, alerting: {}, brackets: { atr_period: 7 } } };
    expect(judgePolicy(policy).executionEffective).toMatchObject({ brackets: { atr_period: 7 } });
    expect(normalisePolicy(policy)).toEqual({ risk: {}, execution: { brackets: { atr_period: 7 } }, alerting: {} });
  });

  it('is judged whatever JSON it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (document) => typeof judgePolicy(document as never).schemaOk === 'boolean'));
  });
});

describe('a configuration', () => {
  it('merges one level and loses what is null', () => {
    const stored = { a: { b: 1, c: { d: 2 } }, e: [1] };
    expect(mergeConfig(stored, { a: { c: { x: 1 }, b: null }, e: [2], f: 3 })).toEqual({
      a: { c: { x: 1 } },
      e: [2],
      f: 3,
    });
    expect(mergeConfig(stored, { a: null })).toEqual({ e: [1] });
  });
});

describe('yaml', () => {
  it('keeps words as words and hours as hours, and knows no bombs', () => {
    expect(parseYaml('a: on\nb: no\nc: 09\nd: 1e3')).toEqual({ a: 'on', b: 'no', c: 9, d: 1000 });
    const bomb = `a: &a [1,1,1]\n${'bcdefghij'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`)
      .join('\n')}`;
    expect(() => parseYaml(bomb)).toThrow();
  });
});

describe('names on the wire', () => {
  it('are the snake_case of ours, with null for what is not finite', () => {
    expect(['maxDrawdown', 'es95', 'sharpePerSession'].map(snakeCase)).toEqual([
      'max_drawdown',
      'es95',
      'sharpe_per_session',
    ]);
    expect(toDocument({ aB: Number.NaN, c: Float64Array.of(1, Infinity), d: undefined })).toEqual({
      a_b: null,
      c: [1, null],
    });
  });
});
