import { beforeAll, describe, expect, it } from 'vitest';
import { openStage1House, type Stage1House } from './stage1-house.js';

let house: Stage1House;
let datasetId: string;
beforeAll(async () => {
  house = await openStage1House();
  datasetId = await house.dataset('sim_ds');
  await house.post('/api/runs', { run_id: 'run', dataset_id: datasetId });
});

const trade = { bar_timestamp: 1_700_000_000_000_000, side: 'long', size: 2, entry_price: 100 };

describe('simulations', () => {
  it('are created with defaults taken from their run', async () => {
    const { status, json } = await house.post('/api/simulations', { run_id: 'run', config: { fee: 6 } });
    expect(status).toBe(201);
    expect(json).toMatchObject({ success: true, message: 'Simulation created successfully', trades_written: 0 });
    expect((await house.get(`/api/simulations/${json.simulation_id}`)).json).toEqual({
      simulation_id: json.simulation_id,
      run_id: 'run',
      dataset_id: datasetId,
      initial_capital: 10_000,
      parameters: { fee: 6 },
      config: { fee: 6 },
      results: {},
      summary_metrics: {},
      input_run_measurement: 'wf_run',
      questdb_namespace: '',
      mode: 'dual',
      status: 'COMPLETED',
      trade_count: 0,
      started_at: null,
      completed_at: null,
      created_at: expect.stringMatching(/Z$/),
      metadata: {},
      buckets: [],
    });
  });

  it('compute pnl, results and buckets from trades, in the order of time', async () => {
    await house.post('/api/simulations', {
      simulation_id: 'computed',
      run_id: 'run',
      initial_capital: 1000,
      trades: [
        {
          ...trade,
          bar_timestamp: 1_700_000_300,
          side: 'sell',
          exit_price: 110,
          fold_index: 3,
          exit_signal: 0.5,
          why: 'x',
        },
        { ...trade, bar_timestamp: 1_700_000_000, side: 'BUY', exit_price: 150 },
        {
          ...trade,
          bar_timestamp: 1_700_000_600_000,
          entry_timestamp: 1_700_000_600_000,
          exit_timestamp: '2023-11-14 22:30',
        },
      ],
    });
    const { json } = await house.get('/api/simulations/computed');
    // By hand: long +100 (50 %), short -20 (-10 %), one open; capital 1000 -> 1100 -> 1080.
    expect(json.results).toEqual({
      trades: 3,
      wins: 1,
      losses: 1,
      win_rate_pct: (1 / 3) * 100,
      total_pnl: 80,
      total_return_pct: 8,
      profit_factor: 5,
      max_drawdown_pct: (20 / 1100) * 100,
      final_capital: 1080,
    });
    expect(json.summary_metrics).toEqual(json.results);
    expect(json.buckets).toEqual([
      {
        side: 'long',
        trade_count: 2,
        win_count: 1,
        profit_factor: 999,
        avg_return_pct: 50,
        max_drawdown_pct: 0,
        notes: '',
      },
      {
        side: 'short',
        trade_count: 1,
        win_count: 0,
        profit_factor: 0,
        avg_return_pct: -10,
        max_drawdown_pct: 2,
        notes: '',
      },
      {
        side: 'all',
        trade_count: 3,
        win_count: 1,
        profit_factor: 5,
        avg_return_pct: 20,
        max_drawdown_pct: (20 / 1100) * 100,
        notes: '',
      },
    ]);
    const trades = await house.get('/api/simulations/computed/trades');
    expect(trades.json).toMatchObject({ count: 3, total: 3, limit: 1000, offset: 0 });
    expect(trades.json.trades).toEqual([
      {
        trade_id: 'computed:1',
        simulation_id: 'computed',
        bar_timestamp: 1_700_000_000_000_000,
        side: 'long',
        size: 2,
        entry_price: 100,
        exit_price: 150,
        pnl: 100,
        return_pct: 50,
        metadata: {},
      },
      {
        trade_id: 'computed:0',
        simulation_id: 'computed',
        bar_timestamp: 1_700_000_300_000_000,
        side: 'short',
        size: 2,
        entry_price: 100,
        exit_price: 110,
        pnl: -20,
        return_pct: -10,
        metadata: { fold: 3, exit_signal: 0.5, why: 'x' },
        fold_index: 3,
        exit_signal: 0.5,
      },
      {
        trade_id: 'computed:2',
        simulation_id: 'computed',
        bar_timestamp: 1_700_000_600_000_000,
        side: 'long',
        size: 2,
        entry_price: 100,
        exit_price: null,
        pnl: null,
        return_pct: null,
        metadata: {},
        entry_timestamp: 1_700_000_600_000,
        exit_timestamp: 1_700_001_000_000,
      },
    ]);
    const page = await house.get('/api/simulations/computed/trades?limit=1&offset=1');
    expect([page.json.count, page.json.trades[0].trade_id]).toEqual([1, 'computed:0']);
  });

  it('keep results, buckets and numbers as given, and replace all trades on the next post', async () => {
    const body = {
      simulation_id: 'given',
      run_id: 'run',
      mode: 'long',
      summary_metrics: { sharpe: 1.5, n: 6 },
      buckets: [
        {
          side: 'all',
          trade_count: 1,
          win_count: 1,
          profit_factor: 2,
          avg_return_pct: 1,
          max_drawdown_pct: 0,
          notes: 'n',
        },
      ],
      trades: [
        { ...trade, trade_id: 'a', exit_price: 101, pnl: 1.5, return_pct: 1.72 },
        { ...trade, trade_id: 7 },
      ],
    };
    expect((await house.post('/api/simulations', body)).json.trades_written).toBe(2);
    await house.post('/api/simulations', { ...body, trades: [body.trades[0]] });
    const { json } = await house.get('/api/simulations/given');
    expect(json).toMatchObject({ results: { sharpe: 1.5, n: 6 }, trade_count: 1, buckets: body.buckets, mode: 'long' });
    const { json: list } = await house.get('/api/simulations/given/trades');
    expect(list.trades).toMatchObject([{ trade_id: 'a', pnl: 1.5, return_pct: 1.72 }]);
  });

  it('are listed by run and by dataset, and under their older name', async () => {
    const { json } = await house.get('/api/simulations?run_id=run&limit=2');
    expect([json.count, json.total >= 3]).toEqual([2, true]);
    expect((await house.get('/api/simulations?dataset_id=nope')).json.simulations).toEqual([]);
    expect((await house.get('/api/tradesim/runs')).json[0]).toHaveProperty('simulation_id');
    const alias = await house.get('/api/tradesim/runs/computed');
    expect(alias.json.buckets).toHaveLength(3);
    expect(alias.json.run.simulation_id).toBe('computed');
  });

  it('answer an unknown id with 404', async () => {
    for (const path of ['', '/trades'])
      expect((await house.get(`/api/simulations/nope${path}`)).json).toEqual({ error: 'Simulation not found' });
  });

  it.each<[string, object, number, string]>([
    ['no run', {}, 400, "Missing 'run_id' parameter"],
    ['an unknown run', { run_id: 'nope' }, 409, 'Unknown run_id'],
    ['a capital that is text', { run_id: 'run', initial_capital: '5' }, 400, "Invalid 'initial_capital' parameter"],
    ['parameters that are a list', { run_id: 'run', parameters: [1] }, 400, "Invalid 'parameters' parameter"],
    ['a side that is none', { run_id: 'run', trades: [{ ...trade, side: 'up' }] }, 400, "Invalid 'trades' parameter"],
    [
      'a trade without time',
      { run_id: 'run', trades: [{ ...trade, bar_timestamp: null }] },
      400,
      "Invalid 'trades' parameter",
    ],
    [
      'a trade without price',
      { run_id: 'run', trades: [{ ...trade, entry_price: undefined }] },
      400,
      "Invalid 'trades' parameter",
    ],
    [
      'two trades of one id',
      {
        run_id: 'run',
        trades: [
          { ...trade, trade_id: 'a' },
          { ...trade, trade_id: 'a' },
        ],
      },
      400,
      "Invalid 'trades' parameter",
    ],
  ])('refuse %s and write nothing', async (_what, body, status, error) => {
    const answer = await house.post('/api/simulations', { simulation_id: 'never', ...body });
    expect([answer.status, answer.json.error]).toEqual([status, error]);
    expect((await house.get('/api/simulations/never')).status).toBe(404);
  });
});
