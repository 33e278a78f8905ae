/** Options in the lab: what a client sends of them, what a matrix makes of it, and what it says when there is none. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatDay } from '#engine/calendar/civil-date.js';
import { madeBars } from '#engine/calendar/made-bars.fixture.js';
import { newYorkTimeMs } from '#engine/calendar/new-york-time.js';
import { priceAt } from '#engine/calendar/price-at.js';
import { noiseAt } from '#engine/leakage/noise.js';
import { blackScholesPrice } from '#engine/options/black-scholes.js';
import { formatOccSymbol } from '#engine/options/occ-symbol.js';
import { openSigmaHouse, type SigmaHouse } from './sigma-house.js';

const bars = madeBars({ interval: '30m', sessions: 130 });
const sessions = [...new Set(bars.session)];
const RANGE = { start: formatDay(sessions[0]!), end: formatDay(sessions.at(-1)!) };
const iso = (ms: number) => new Date(ms).toISOString().replace('.000', '');

const priceRows = () =>
  Array.from(bars.tsStartMs, (ms, row) => ({
    ts: iso(ms),
    open: bars.open[row],
    high: bars.high[row],
    low: bars.low[row],
    close: bars.close[row],
    volume: bars.volume[row],
    vwap: bars.vwap[row],
  }));

/** In every bar but the last of a session, five strikes of the day's expiry trade on both sides. */
const optionBars = () =>
  Array.from(bars.tsStartMs, (ms, row) => ({ ms, row }))
    .filter(({ row }) => bars.session[row + 1] === bars.session[row])
    .flatMap(({ ms, row }) =>
      [-2, -1, 0, 1, 2].flatMap((distance) =>
        (['call', 'put'] as const).map((type, side) => ({
          occ_symbol: formatOccSymbol({
            root: 'SPY',
            expiry: bars.session[row]!,
            type,
            strike: Math.round(bars.open[row]!) + distance,
          }),
          ts: iso(ms),
          interval: '30m',
          ...{ open: 1, high: 1.5, low: 0.5, close: 1, vwap: 1.25 },
          volume: 1 + Math.floor(100 * noiseAt(4, row * 10 + distance, side + 1)),
        })),
      ),
    );

const VOL = 0.22;
const SNAPSHOT_MINUTES = [10 * 60, 14 * 60 + 50];

/** Snapshots of the day's expiry: bid and ask about the price at a volatility of 22 %, open interest that piles up at one strike. */
const chains = () =>
  sessions.flatMap((session) =>
    SNAPSHOT_MINUTES.flatMap((minute) => {
      const asOf = newYorkTimeMs(session, minute);
      const spot = priceAt(bars, asOf);
      const years = (newYorkTimeMs(session, 960) - asOf) / (365 * 86_400_000);
      return Array.from({ length: 7 }, (_, at) => Math.round(spot) - 3 + at).flatMap((strike) =>
        (['call', 'put'] as const).map((type) => {
          const mid = blackScholesPrice({ type, spot, strike, years, rate: 0, dividendYield: 0, vol: VOL });
          return {
            as_of: iso(asOf),
            ...{ underlying: 'SPY', expiry: formatDay(session), strike, type },
            ...{ bid: mid * 0.99, ask: mid * 1.01, volume: 10 },
            oi: strike === Math.round(spot) + 2 ? 5000 : 100,
          };
        }),
      );
    }),
  );

let house: SigmaHouse;
beforeAll(async () => {
  house = await openSigmaHouse();
  await house.post('/data/bars', { ticker: 'SPY', interval: '30m', rows: priceRows() });
}, 60_000);

const build = (model_id: string, more: object = {}) => house.post('/build_matrix', { model_id, ...RANGE, ...more });
const missing = ({ json }: { json: { qa: { missing_data: { name: string; reason: string }[] } } }) =>
  Object.fromEntries(json.qa.missing_data.map(({ name, reason }) => [name, reason]));
const HOURLY = 'spy_opt_0dte_hourly';

/** The matrix as its file shows it: one object a row. */
async function rowsOf(path: string): Promise<Record<string, string>[]> {
  const [heading, ...lines] = (await readFile(join(house.desk.workspaceDir, path), 'utf8')).trim().split('\n');
  const names = heading!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at]!, cell])));
}

describe('without option data', () => {
  it('the registry says which kinds are not there', async () => {
    const { json } = await house.get('/indicators/status');
    expect(json).toMatchObject({ status: 'degraded', by_requirement: { ohlcv: { available: true, reason: null } } });
    for (const kind of ['flow', 'chain', 'quotes']) expect(json.by_requirement[kind].available).toBe(false);
  });

  it('a matrix of options is built with nulls, and its quality report says why', async () => {
    const built = await build(HOURLY);
    expect([built.status, built.json.status]).toEqual([200, 'completed']);
    expect(missing(built)['option flow']).toBe('option volume by strike of SPY is missing');
    expect(built.json.qa.ok).toBe(false);
    expect(built.json.qa.nan.fail).toContain('pc_ratio');
    expect(built.json.warnings).toContain('option flow is null: option volume by strike of SPY is missing');
    const [row] = await rowsOf(built.json.path);
    expect(row).toMatchObject({ calls_sold_d0: '', pc_ratio: '', ticker: 'SPY' });
    expect(Number(row!['close'])).toBeGreaterThan(0);
  });

  it('a label that needs them gives no row, and the refusal says so', async () => {
    const refused = await build('spy_opt_0dte_hourly_pin_1500');
    expect([refused.status, refused.json.error.code]).toEqual([400, 'INSUFFICIENT_DATA']);
    expect(refused.json.error.message).toMatch(/open interest and gamma by strike are missing/);
  });
});

describe('taking in option data', () => {
  it('counts what is new and what is replaced, and tells bad rows without writing them', async () => {
    const good = { occ_symbol: 'O:TINY240105C00010000', ts: '2024-01-03T15:00:00Z', volume: 3, vwap: 1 };
    const prices = { open: 1, high: 1, low: 1, close: 1 };
    const rows = [
      { ...good, ...prices },
      { ...good, ...prices, occ_symbol: 'TINY' },
      { ...good, ...prices, high: 0.5 },
      { ...good, ...prices, interval: 'year' },
      7,
    ];
    const { json } = await house.post('/data/option_bars', { rows });
    expect(json).toMatchObject({ ok: true, inserted: 1, updated: 0 });
    expect(json.rejected.map(({ row }: { row: number }) => row)).toEqual([1, 2, 3, 4]);
    const again = await house.post('/data/option_bars', { rows: rows.slice(0, 1) });
    expect(again.json).toMatchObject({ inserted: 0, updated: 1 });
    // Another contract of the same moment is another row.
    const put = await house.post('/data/option_bars', {
      rows: [{ ...(rows[0] as object), occ_symbol: 'TINY  240105P00010000' }],
    });
    expect(put.json).toMatchObject({ inserted: 1, updated: 0 });
  });

  it('reads chains from CSV, nulls as empty fields', async () => {
    const csv = [
      'as_of,underlying,expiry,strike,type,bid,ask,mid,iv,delta,gamma,theta,vega,oi,volume',
      '2024-01-03T15:00:00Z,TINY,2024-01-05,10,call,1,1.1,,,,,,,50,',
      '2024-01-03T15:00:00Z,TINY,2024-01-05,10,put,1,0.9,,,,,,,50,',
      '2024-01-03T15:00:00Z,TINY,2024-01-05,10,straddle,1,2,,,,,,,50,',
      '2024-01-03T15:00:00Z,TINY,soon,10,call,1,2,,,,,,,50,',
      '2024-01-03T15:00:00Z,TINY,2024-01-05,10,put,1,1.1,,0.3,-0.5,,,,50,',
      '',
    ].join('\n');
    const { json } = await house.post('/data/option_chains', csv, { 'content-type': 'text/csv' });
    expect(json).toMatchObject({ inserted: 2, updated: 0 });
    expect(json.rejected).toEqual([
      { row: 1, reason: 'bid is above ask' },
      { row: 2, reason: 'type must be call or put' },
      { row: 3, reason: 'expiry must be a date YYYY-MM-DD' },
    ]);
    const stored = await house.desk.measurements.find('TINY_option_chains');
    expect(stored).toMatchObject({ rowCount: 2, dedupKeys: ['expiry', 'type', 'strike'] });
  });

  it.each(['/data/option_bars', '/data/option_chains'])('%s refuses a body without rows', async (path) => {
    for (const body of [{}, { rows: 'x' }, []])
      expect((await house.post(path, body)).json.error.code).toBe('INVALID_PARAMETER');
  });
});

describe('with option data', () => {
  beforeAll(async () => {
    await house.post('/data/option_bars', { rows: optionBars() });
    await house.post('/data/option_chains', { rows: chains() });
  }, 60_000);

  it('the registry finds them', async () => {
    const { json } = await house.get('/indicators/status');
    for (const kind of ['flow', 'chain', 'quotes'])
      expect(json.by_requirement[kind]).toEqual({ available: true, reason: null });
  });

  it('the flow of a bar is what was traded while it lasted, strike by strike about the previous close', async () => {
    const built = await build(HOURLY, { distance_max: 4 });
    expect(built.json).toMatchObject({ status: 'completed', cadence: 'hour' });
    expect(missing(built)['option flow']).toBeUndefined();
    const rows = await rowsOf(built.json.path);
    // 30-minute bars make hours of the clock: 11:00 to 12:00 New York holds those that begin at 11:00 and 11:30.
    const row = rows.find(({ date, hour_et }) => date === formatDay(sessions[30]!) && hour_et === '11')!;
    const centre = Math.round(Number(row['spy_prev_close']));
    const during = optionBars().filter(
      ({ ts }) => Date.parse(ts) >= Date.parse(row['ts']!) - 3_600_000 && Date.parse(ts) < Date.parse(row['ts']!),
    );
    const traded = (type: string, distance: number) =>
      during
        .filter(({ occ_symbol: name }) =>
          name.endsWith(`${type}${String((centre + distance) * 1000).padStart(8, '0')}`),
        )
        .reduce((sum, { volume }) => sum + volume, 0);
    for (let distance = -4; distance <= 4; distance++) {
      expect(Number(row[`calls_sold_d${distance}`])).toBe(traded('C', distance));
      expect(Number(row[`puts_sold_d${distance}`])).toBe(traded('P', distance));
      expect(Number(row[`puts_premium_d${distance}`])).toBeCloseTo(traded('P', distance) * 125, 6);
    }
    const total = Number(row['calls_sold_total']);
    expect(total).toBeGreaterThan(0);
    expect(Number(row['imbalance'])).toBe(total - Number(row['puts_sold_total']));
    expect(built.json.feature_columns).toContain('calls_sold_d-4');
    expect(built.json.raw_out).toBeNull();
  });

  it('dump_raw writes the flow by strike to a file of its own', async () => {
    const built = await build(HOURLY, { end: formatDay(sessions[20]!), dump_raw: true, distance_max: 1 });
    expect(built.json.raw_out).toBe(`matrices/${HOURLY}/flow_raw.csv`);
    const [flow, whole] = [await rowsOf(built.json.raw_out), await rowsOf(built.json.path)];
    expect(Object.keys(flow[0]!)).toHaveLength(4 + 4 * 3);
    expect(flow.map((row) => row['calls_sold_d0'])).toEqual(whole.map((row) => row['calls_sold_d0']));
    const refused = await build(HOURLY, { raw_out: '../flow.csv' });
    expect(refused.json.error.code).toBe('PATH_NOT_ALLOWED');
  });

  it('volatilities are those that the quotes were made with, of the latest snapshot and no later one', async () => {
    const indicators = [
      { name: 'iv_realized_spread', window: 5, iv_source: 'snapshot' },
      { name: 'iv_smile_wings', sampling: '10:00-11:00' },
      'dist_to_oi_peak',
      'pcr_oi',
    ];
    const config = { ticker: 'SPY', indicators };
    const made = await house.post('/models', { template_id: 'zerosigma_default', name: 'spy_iv', config });
    const built = await build(made.json.model_id);
    const rows = await rowsOf(built.json.path);
    const [early, noon] = [9, 12].map(
      (hour) => rows.find(({ date, hour_et }) => date === formatDay(sessions[30]!) && hour_et === String(hour))!,
    );
    // Before ten in the morning the latest snapshot is yesterday's: its options are past, and nothing is known of today's.
    expect(early!['dist_to_oi_peak']).not.toBe('');
    const spot = priceAt(bars, newYorkTimeMs(sessions[30]!, 600));
    expect(Number(noon!['close']) - Number(noon!['dist_to_oi_peak'])).toBe(Math.round(spot) + 2);
    expect(Number(noon!['pcr_oi'])).toBe(1);
    expect(Math.abs(Number(noon!['iv_smile_wings']))).toBeLessThan(1e-6);
    expect(early!['iv_smile_wings']).toBe('');
  });

  it('a matrix is proved from the snapshots it was made of, and stays the same when more is known', async () => {
    const end = formatDay(sessions[40]!);
    const before = await build(HOURLY, { end });
    const late = { ...chains().at(-1)!, oi: 9 };
    const flow = { ...optionBars().at(-1)!, volume: 10_000 };
    expect((await house.post('/data/option_chains', { rows: [late] })).json.updated).toBe(1);
    expect((await house.post('/data/option_bars', { rows: [flow] })).json.updated).toBe(1);
    const after = await build(HOURLY, { end });
    expect(after.json.matrix_sha).toBe(before.json.matrix_sha);
    expect(after.json.sha256).toBe(before.json.sha256);
    expect(await house.verify(before.json.sha256)).toMatchObject({ ok: true });
  });

  it.each([
    [
      'spy_opt_0dte_hourly_headfake_1030',
      'headfake_reversal',
      '30m',
      { min_open_move_atr: 0.05, min_reversal_move_atr: 0.05 },
    ],
    ['spy_opt_0dte_hourly_pin_1500', 'pin_drift', 'hour', { min_pull_atr: 0.02 }],
  ])(
    '%s learns its event %s: one row a session on %s bars, trained and tested',
    async (model, kind, cadence, params) => {
      const shipped = await house.get(`/models/${model}`);
      expect(shipped.json.config.labels.kind).toBe(kind);
      // Random walks reverse by less than markets: the shipped multiples of the ATR leave too few events.
      await house.patch(`/models/${model}`, { config: { labels: { kind, params }, model: 'logit' } });
      const built = await build(model);
      expect(built.json).toMatchObject({ status: 'completed', cadence, label: { kind, k_sigma: null, horizon: 1 } });
      const isFiner = (built.json.warnings ?? []).some((said: string) => said.includes('no hourly bar ends'));
      expect(isFiner).toBe(cadence === '30m');
      const { UP, DOWN, FLAT } = built.json.label_balance;
      expect([UP > 5, DOWN > 5, FLAT]).toEqual([true, true, 0]);
      const rows = await rowsOf(built.json.path);
      expect(new Set(rows.map(({ date }) => date)).size).toBe(rows.length);
      expect(new Set(rows.map(({ label_side }) => label_side))).toEqual(new Set(['1', '-1']));
      const trained = await house.post('/train', { model_id: model });
      expect(trained.json).toMatchObject({ status: 'completed' });
      const tested = await house.post('/backtest', { model_id: model, thresholds: [0.5], splits: 3, save: false });
      expect(tested.json.status).toBe('completed');
    },
    60_000,
  );

  it('label parameters that cannot be are refused before a job is made', async () => {
    const model = 'spy_opt_0dte_hourly_headfake_1030';
    await house.patch(`/models/${model}`, {
      config: { labels: { kind: 'headfake_reversal', params: { window_end: '8:00' } } },
    });
    const refused = await build(model);
    expect([refused.status, refused.json.error.details.field]).toEqual([400, 'labels.params.window_end']);
  });
});

describe('build_matrix with preview=true', () => {
  it('shows what a build would be, under the name it would have, and keeps nothing', async () => {
    const runs = async () => (await house.get(`/build_runs?model_id=${HOURLY}`)).json.total;
    const before = await runs();
    const end = formatDay(sessions[20]!);
    const shown = await build(HOURLY, { end, preview: true });
    expect([shown.status, shown.json.preview, shown.json.job_id, shown.json.path]).toEqual([200, true, null, null]);
    expect(shown.json).toMatchObject({ label: { kind: 'next_bar_updown' }, qa: { duplicates: { ok: true } } });
    expect(shown.json.sample).toHaveLength(shown.json.rows);
    expect(await runs()).toBe(before);
    const file = join(house.desk.workspaceDir, `matrices/${HOURLY}_${shown.json.matrix_sha.slice(0, 8)}.csv`);
    expect(existsSync(file)).toBe(false);
    const built = await build(HOURLY, { end });
    expect(built.json.matrix_sha).toBe(shown.json.matrix_sha);
    expect([built.json.rows, built.json.feature_columns]).toEqual([shown.json.rows, shown.json.feature_columns]);
    expect(existsSync(file)).toBe(true);
  });
});
