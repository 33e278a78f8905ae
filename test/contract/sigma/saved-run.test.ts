/** What a saved backtest leaves behind: its equity as picture and table, its brackets replayed, all of it provable. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '#data/hash.js';
import { AAPL_RANGE, aaplBars, openSigmaHouse, type SigmaHouse } from './sigma-house.js';

let house: SigmaHouse;
const MODEL = 'AAPL_equity_5d_daily_logit';
const TESTED = { model_id: MODEL, thresholds: [0.4, 0.5], splits: 4 };

interface Check {
  readonly code: string;
  readonly limit: number;
  readonly value: number | null;
  readonly ok: boolean | null;
}

const makeModel = (name: string) =>
  house.post('/models', {
    template_id: 'swingsigma_default',
    name,
    config: { ticker: 'AAPL', model: 'logit', features: ['rsi_14', 'macd_hist', 'cmf_20'] },
  });

const setBrackets = (modelId: string, brackets: object) =>
  sql`update policy set policy = jsonb_set(policy, '{execution,brackets}', ${JSON.stringify(brackets)}::jsonb)
      where model_id = ${modelId}`.execute(house.desk.db);

beforeAll(async () => {
  house = await openSigmaHouse();
  await house.post('/data/bars', aaplBars());
  await makeModel(MODEL);
  await house.post('/build_matrix', { model_id: MODEL, ...AAPL_RANGE });
}, 120_000);

describe('the plots of a saved backtest', () => {
  it('stand where the answer, the leaderboard and the sweep say, in the workspace and on the server', async () => {
    const { json } = await house.post('/backtest', { ...TESTED, tag: 'plots' });
    const directory = `static/backtest_plots/${MODEL}/${json.backtest_id}/`;
    expect([json.plots_uri, json.data_csv_uri]).toEqual([directory, `${directory}equity.csv`]);
    const board = await house.get('/leaderboard?tag=plots');
    expect(board.json.items[0]).toMatchObject({ plots_uri: directory, data_csv_uri: `${directory}equity.csv` });
    for (const [file, type] of [
      ['cum_returns.svg', 'image/svg+xml'],
      ['equity.csv', 'text/csv'],
    ] as const) {
      const served = await house.get(`/${directory}${file}`);
      expect([served.status, String(served.headers['content-type']).split(';')[0]]).toEqual([200, type]);
      expect(served.text).toBe(await readFile(join(house.desk.workspaceDir, directory, file), 'utf8'));
      const proof = await house.verify(sha256(served.text));
      expect(proof.steps.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
        'bars source',
        'matrix same',
        'backtest same',
        'plot same',
      ]);
    }
    const swept = await house.post('/backtest_sweep', { model_id: MODEL, thresholds_variants: ['0.45'], splits: 4 });
    const { results } = (await house.get(`/sweeps/${swept.json.sweep_id}`)).json;
    expect((await house.get(`/${results[0].csv_uri}`)).status).toBe(200);
  });

  it('tell the equity that the result tells, one line a bar', async () => {
    const { json } = await house.post('/backtest', { ...TESTED, tag: 'plots', reuse: true });
    const [head, ...lines] = (await house.get(`/${json.data_csv_uri}`)).text.trimEnd().split('\n');
    expect(head).toBe('timestamp,equity,drawdown');
    expect(lines).toEqual(
      json.result.equity.map(
        ({ ts, equity, drawdown }: { ts: string; equity: number; drawdown: number }) => `${ts},${equity},${drawdown}`,
      ),
    );
    const svg = (await house.get(`/${json.plots_uri}cum_returns.svg`)).text;
    expect(svg).toMatch(/^<svg [^>]*>[\s\S]*<polyline [\s\S]*<\/svg>\n$/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|<script/);
  });

  it('are not there for what was not saved, is not known, or belongs to another model', async () => {
    const { json } = await house.post('/backtest', { ...TESTED, save: false });
    expect([json.plots_uri, json.data_csv_uri]).toEqual([null, null]);
    const saved = (await house.post('/backtest', { ...TESTED, tag: 'plots', reuse: true })).json.backtest_id;
    for (const path of [
      `${MODEL}/${json.backtest_id}/equity.csv`,
      `${MODEL}/bt_nothing/equity.csv`,
      `${MODEL}/${saved}/other.csv`,
      `other/${saved}/equity.csv`,
      `${MODEL}/${saved}/..%2f..%2fequity.csv`,
    ])
      expect((await house.get(`/static/backtest_plots/${path}`)).status).toBe(404);
  });
});

describe('the bracket replay of a backtest', () => {
  it('is part of the result, judged by the gate, and says how fine its bars were', async () => {
    const { json } = await house.post('/backtest', TESTED);
    const { parity } = json;
    expect(Object.keys(parity)).toEqual(
      expect.arrayContaining(['ok', 'trades', 'hit_rate', 'avg_rr', 'avg_return_pct', 'entry_mode', 'ambiguous_bars']),
    );
    expect(parity).toMatchObject({
      ok: true,
      entry_mode: 'next_session_open',
      atr_mult_stop: 1.5,
      atr_mult_target: 3,
      time_stop_minutes: 120,
    });
    expect(parity.stops + parity.targets + parity.timeouts).toBe(parity.trades);
    expect(parity.hit_rate).toBeCloseTo(parity.targets / parity.trades, 12);
    expect(json.warnings.join()).toContain('parity_resolution_day');
    const check = json.gate.checks.find(({ code }: Check) => code === 'parity_negative');
    expect(check).toEqual({
      code: 'parity_negative',
      limit: 0,
      value: parity.avg_return_pct,
      ok: parity.avg_return_pct > 0,
    });
    expect(json.gate.reasons.includes('parity_negative')).toBe(parity.avg_return_pct <= 0);
    const other = await house.get(`/backtests/${json.backtest_id}?risk_profile=aggressive`);
    expect(other.json.gate.checks.at(-1)).toEqual(check);
    const swept = await house.post('/backtest_sweep', {
      model_id: MODEL,
      thresholds_variants: ['0.40,0.50'],
      splits: 4,
    });
    expect(swept.json.runs[0].result._summary.parity).toEqual(parity);
  });

  it('agrees with a walk written down plainly over the same daily bars', async () => {
    const { json } = await house.post('/backtest', { model_id: MODEL, thresholds: [0.45], splits: 4, tag: 'plain' });
    const bars = aaplBars().rows as { ts: string; open: number; high: number; low: number; close: number }[];
    const ranges = bars.map(({ high, low }, i) => {
      const before = bars[i - 1]?.close ?? Number.NaN;
      return Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
    });
    const atr: number[] = [];
    for (let i = 1; i < bars.length; i++)
      if (i === 14) atr[i] = ranges.slice(1, 15).reduce((sum, range) => sum + range, 0) / 14;
      else if (i > 14) atr[i] = (atr[i - 1]! * 13 + ranges[i]!) / 14;
    const predictions = await house.desk.measurements.readDoubles(`wf_${json.backtest_id}`);
    const counted = { trades: 0, stops: 0, targets: 0, timeouts: 0, ambiguous: 0, gain: 0 };
    for (let k = 0; k < predictions.rows; k++) {
      const prediction = predictions.columns['prediction']![k]!;
      if (Math.abs(prediction) < 0.45) continue;
      const day = new Date(predictions.timestampUs[k]! / 1000).toISOString().slice(0, 10);
      const at = bars.findIndex(({ ts }) => ts.startsWith(day));
      const next = bars[at + 1];
      if (next === undefined || atr[at] === undefined) continue;
      const side = Math.sign(prediction);
      const [stop, target] = [next.open - side * 1.5 * atr[at]!, next.open + side * 3 * atr[at]!];
      const isStopped = side > 0 ? next.low <= stop : next.high >= stop;
      const isReached = side > 0 ? next.high >= target : next.low <= target;
      counted.trades++;
      if (isStopped && isReached) counted.ambiguous++;
      const exit = isStopped ? stop : isReached ? target : next.close;
      counted[isStopped ? 'stops' : isReached ? 'targets' : 'timeouts']++;
      counted.gain += (side * (exit - next.open)) / next.open;
    }
    expect(counted.trades).toBeGreaterThan(50);
    const { trades, stops, targets, timeouts, ambiguous_bars, avg_return_pct } = json.parity;
    expect({ trades, stops, targets, timeouts, ambiguous: ambiguous_bars }).toEqual({
      trades: counted.trades,
      stops: counted.stops,
      targets: counted.targets,
      timeouts: counted.timeouts,
      ambiguous: counted.ambiguous,
    });
    expect(avg_return_pct).toBeCloseTo((100 * counted.gain) / counted.trades, 9);
  });

  it('is null without brackets, empty when reward is too small for the risk, and told when it cannot be', async () => {
    const name = 'AAPL_equity_5d_daily_brackets';
    await makeModel(name);
    await house.post('/build_matrix', { model_id: name, ...AAPL_RANGE });
    const run = async (change: object = {}) =>
      (await house.post('/backtest', { model_id: name, thresholds: [0.45], splits: 4, ...change })).json;
    const checked = ({ gate }: { gate: { checks: Check[] } }) =>
      gate.checks.find(({ code }) => code === 'parity_negative');
    await setBrackets(name, { enabled: false });
    const off = await run();
    expect([off.parity, checked(off)]).toEqual([null, undefined]);
    await setBrackets(name, { enabled: true, min_rr: 5 });
    const small = await run();
    expect(small.parity).toEqual({ ok: false, trades: 0 });
    expect(checked(small)).toMatchObject({ value: null, ok: null });
    expect(small.gate.warnings).toContain('parity_negative_not_evaluated');
    await setBrackets(name, { enabled: true, mode: 'percent' });
    const foreign = await run();
    expect(foreign.parity).toBeNull();
    expect(foreign.warnings.join()).toContain('parity_not_evaluated');
    expect((await house.verify(foreign.result_sha)).ok).toBe(true);
    expect((await house.verify(small.result_sha)).ok).toBe(true);
  });
});
