import { beforeAll, describe, expect, it } from 'vitest';
import { appendPredictions } from '#services/research/prediction.service.js';
import { openStage1House, type Stage1House } from './stage1-house.js';

let house: Stage1House;
let datasetId: string;
beforeAll(async () => {
  house = await openStage1House();
  datasetId = await house.dataset('aapl_1d', { symbol: 'AAPL', granularity: '1d' });
});

/** A fold as the desktop client sends it, some eight kilobytes with its notes. */
const fold = (n: number) => ({
  fold_number: n,
  train_start_idx: n * 10,
  train_end_idx: n * 10 + 100,
  test_start_idx: n * 10 + 101,
  test_end_idx: n * 10 + 111,
  samples_train: 100,
  samples_test: 10,
  best_iteration: 17,
  best_score: 0.6831471805599453,
  thresholds: { long_optimal: 0.25, short_optimal: -0.5, long_percentile: 95 },
  metrics: {
    hit_rate: 0.6,
    short_hit_rate: 0.4,
    profit_factor_test: 1.25,
    n_signals: 6,
    n_short_signals: 2,
    sum_wins: 3,
    sum_losses: 1.5,
    sum_short_wins: 1,
    sum_short_losses: 0,
    running_sum: n + 0.5,
    running_sum_short: -n,
    running_sum_dual: 0.5,
    model_learned_nothing: false,
  },
  notes: 'x'.repeat(8000),
});

describe('runs', () => {
  it('are saved whole by the desktop client: nested, 312 folds, megabytes, five times over', async () => {
    const body = JSON.stringify({
      run: {
        run_id: 'wf:312',
        dataset_id: datasetId,
        feature_columns: ['rsi', 'atr'],
        features: ['ignored'],
        thresholds: [0.5, 6],
        hyperparameters: '{"max_depth":6,"lambda":1.5}',
        walk_config: { train_size: 100 },
        started_at: '2025-11-10 01:30:00',
        completed_at: '2025-11-10T03:30:00.250+01:00',
        note: { any: [1, 6] },
      },
      folds: Array.from({ length: 312 }, (_, n) => fold(311 - n)),
    });
    expect(body.length).toBeGreaterThan(2_500_000);
    const answers = await Promise.all(Array.from({ length: 5 }, () => house.post('/api/runs', body)));
    for (const { status, json } of answers) {
      expect(status).toBe(201);
      expect(json).toEqual({
        success: true,
        message: 'Run created successfully',
        run_id: 'wf:312',
        prediction_measurement: 'wf_wf_312',
        folds_written: 312,
        questdb_rows_written: 0,
      });
    }
    const { json, text } = await house.get('/api/runs/wf:312');
    expect(json.folds).toHaveLength(312);
    expect(json).toMatchObject({
      run_id: 'wf:312',
      dataset_id: datasetId,
      dataset_slug: 'aapl_1d',
      fold_count: 312,
      total_folds: 312,
      fold_offset: 0,
      folds_returned: 312,
      has_more_folds: false,
      features: ['rsi', 'atr'],
      feature_columns: ['rsi', 'atr'],
      thresholds: [0.5, 6],
      status: 'COMPLETED',
      target_column: '',
      started_at: '2025-11-10T01:30:00Z',
      completed_at: '2025-11-10T02:30:00Z',
      duration_ms: 3_600_250,
      hyperparameters: { max_depth: 6, lambda: 1.5 },
      walk_config: { train_size: 100 },
      metadata: { note: { any: [1, 6] } },
    });
    expect(json.folds.map((each: { fold_number: number }) => each.fold_number)).toEqual(
      Array.from({ length: 312 }, (_, n) => n),
    );
    expect(json.folds[3]).toEqual({
      ...fold(3),
      run_id: 'wf:312',
      train_start: 30,
      train_end: 130,
      test_start: 131,
      test_end: 141,
      hit_rate: 0.6,
      short_hit_rate: 0.4,
      profit_factor_test: 1.25,
      long_threshold: 0.25,
      short_threshold: -0.5,
    });
    // Counters are read as integers by the client, which takes 6.0 for nothing.
    expect(text).toContain('"n_signals":6,');
  });

  it('sum their folds up, keeping what was given', async () => {
    await house.post('/api/runs', {
      run_id: 'summed',
      dataset_id: datasetId,
      folds: [fold(0), { ...fold(1), metrics: { ...fold(1).metrics, hit_rate: 0.9, n_signals: 3 } }],
      summary_metrics: { pf_long: 42, folds: 99 },
    });
    const { json } = await house.get('/api/runs/summed');
    expect(json.summary_metrics).toEqual({
      folds: 2,
      pf_long: 42,
      pf_short: 999,
      pf_dual: 8 / 3,
      total_long_signals: 9,
      total_short_signals: 4,
      total_signals: 13,
      hit_rate_long: (0.6 * 6 + 0.9 * 3) / 9,
      hit_rate_short: 0.4,
      hit_rate_overall: (0.6 * 6 + 0.9 * 3 + 0.4 * 4) / 13,
      running_sum_long: 1.5,
      running_sum_short: -1,
      running_sum_dual: 0.5,
    });
  });

  it('page through folds, and then fold_count is the page', async () => {
    const { json } = await house.get('/api/runs/wf:312?fold_limit=100&fold_offset=250');
    expect(json).toMatchObject({
      fold_count: 62,
      total_folds: 312,
      fold_offset: 250,
      folds_returned: 62,
      has_more_folds: false,
    });
    expect(json.folds[0].fold_number).toBe(250);
    const first = await house.get('/api/runs/wf:312?fold_limit=100');
    expect(first.json).toMatchObject({ fold_count: 100, has_more_folds: true });
    expect((await house.get('/api/runs/wf:312?fold_limit=0')).status).toBe(400);
    expect((await house.get('/api/runs/wf:312?fold_limit=10001')).status).toBe(400);
  });

  it('take the flat body, keep their folds when none are sent, and declare a count when none are stored', async () => {
    const flat = { run_id: 'flat', dataset_id: datasetId, fold_count: 7, features: ['a'], thresholds: [] };
    await house.post('/api/runs', flat);
    expect((await house.get('/api/runs/flat')).json).toMatchObject({ fold_count: 7, total_folds: 0, folds: [] });
    await house.post('/api/runs', { ...flat, folds: [fold(0)] });
    await house.post('/api/runs', { ...flat, status: 'RUNNING', duration_ms: 5 });
    expect((await house.get('/api/runs/flat')).json).toMatchObject({
      fold_count: 1,
      total_folds: 1,
      status: 'RUNNING',
      duration_ms: 5,
      summary_metrics: { folds: 1 },
    });
    await house.post('/api/runs', { ...flat, folds: [] });
    expect((await house.get('/api/runs/flat')).json).toMatchObject({ fold_count: 7, total_folds: 0 });
  });

  it('get an id and a measurement when they bring none', async () => {
    const { json } = await house.post('/api/runs', { dataset_id: datasetId });
    expect(json.run_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(json.prediction_measurement).toBe(`wf_${json.run_id}`);
  });

  it('keep created_at when written again', async () => {
    await house.post('/api/runs', { run_id: 'old', dataset_id: datasetId, created_at: '2020-01-02T03:04:05Z' });
    await house.post('/api/runs', { run_id: 'old', dataset_id: datasetId });
    expect((await house.get('/api/runs/old')).json.created_at).toBe('2020-01-02T03:04:05Z');
  });

  it('are listed newest first and filtered', async () => {
    const own = await house.dataset('filter_ds');
    for (const [run_id, status] of [
      ['f-1', 'FAILED'],
      ['f-2', 'COMPLETED'],
      ['f-3', 'FAILED'],
    ])
      await house.post('/api/runs', { run_id, dataset_id: own, status });
    const idsOf = async (path: string) =>
      (await house.get(path)).json.runs.map((run: { run_id: string }) => run.run_id);
    expect(await idsOf(`/api/runs?dataset_id=${own}`)).toEqual(['f-3', 'f-2', 'f-1']);
    expect(await idsOf(`/api/runs?dataset_id=${own}&status=failed`)).toEqual(['f-3', 'f-1']);
    expect(await idsOf('/api/runs?search=FILTER_ds&limit=1&offset=1')).toEqual(['f-2']);
    expect(await idsOf('/api/runs?measurement=wf_f-2')).toEqual(['f-2']);
    expect(await idsOf('/api/datasets/filter_ds/runs?limit=200&offset=0')).toEqual(['f-3', 'f-2', 'f-1']);
    expect((await house.get('/api/runs?dataset_id=unknown')).json).toMatchObject({ runs: [], count: 0, total: 0 });
    expect((await house.get(`/api/datasets/${own}`)).json.run_count).toBe(3);
  });

  it('answer to their older names', async () => {
    const list = await house.get('/api/walkforward/runs');
    expect(Array.isArray(list.json)).toBe(true);
    const { json } = await house.get('/api/walkforward/runs/wf:312');
    expect(json.run.run_id).toBe('wf:312');
    expect(json.folds).toHaveLength(312);
    const datasets = await house.get('/api/indicators/datasets');
    expect(datasets.json[0]).toHaveProperty('questdb_tag');
    expect((await house.get('/api/indicators/datasets/aapl_1d')).json).toMatchObject({ symbol: 'AAPL', row_count: 0 });
  });

  it('are found by a percent-encoded id', async () => {
    expect((await house.get('/api/runs/wf%3A312')).json.run_id).toBe('wf:312');
  });

  it('are deleted, unless simulations stand on them', async () => {
    await house.post('/api/runs', { run_id: 'del', dataset_id: datasetId, folds: [fold(0)] });
    await house.post('/api/simulations', { simulation_id: 'del-sim', run_id: 'del' });
    expect((await house.delete('/api/runs/del')).status).toBe(409);
    expect((await house.delete('/api/runs/del?cascade=true')).status).toBe(200);
    expect((await house.get('/api/runs/del')).json).toEqual({ error: 'Run not found' });
    expect((await house.delete('/api/runs/del')).status).toBe(404);
  });

  it('and their dataset are written and deleted at once without a failure of ours', async () => {
    for (let i = 0; i < 5; i++) {
      const id = await house.dataset(`race-${i}`);
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, (_, n) =>
          house.post('/api/runs', { run_id: `race-${i}-${n}`, dataset_id: id, folds: [fold(0)] }),
        ),
        house.delete(`/api/datasets/race-${i}?cascade=true`),
        ...Array.from({ length: 4 }, (_, n) => house.post('/api/simulations', { run_id: `race-${i}-${n}` })),
        house.delete(`/api/runs/race-${i}-0?cascade=true`),
      ]);
      for (const { status } of answers) expect([200, 201, 404, 409]).toContain(status);
    }
  });

  it('read what was written a moment ago, however many ask at once', async () => {
    for (let i = 0; i < 20; i++) {
      const reads: Promise<unknown>[] = Array.from({ length: 8 }, () => house.get('/api/runs/flat'));
      await house.post('/api/runs', { run_id: 'flat', dataset_id: datasetId, target_column: `t${i}` });
      expect((await house.get('/api/runs/flat')).json.target_column).toBe(`t${i}`);
      await Promise.all(reads);
    }
  });

  const base = () => ({ run_id: 'never', dataset_id: datasetId });
  it.each<[string, () => object, number, string]>([
    ['no dataset', () => ({ run_id: 'never' }), 400, "Missing 'dataset_id' parameter"],
    ['no dataset, nested', () => ({ run: { run_id: 'never' }, folds: [] }), 400, "Missing 'dataset_id' parameter"],
    ['an unknown dataset', () => ({ run_id: 'never', dataset_id: 'nope' }), 409, 'Unknown dataset_id'],
    ['a dataset of a wrong type', () => ({ run: { dataset_id: 5 } }), 400, "Invalid 'dataset_id' parameter"],
    ['a run of a wrong type', () => ({ run: 5 }), 400, "Invalid 'dataset_id' parameter"],
    ['thresholds that are no list', () => ({ ...base(), thresholds: { a: 1 } }), 400, "Invalid 'thresholds' parameter"],
    ['thresholds that are no numbers', () => ({ ...base(), thresholds: ['1'] }), 400, "Invalid 'thresholds' parameter"],
    ['features that are no texts', () => ({ ...base(), features: [1] }), 400, "Invalid 'features' parameter"],
    ['two folds of one number', () => ({ ...base(), folds: [fold(1), fold(1)] }), 400, "Invalid 'folds' parameter"],
    ['a fold without number', () => ({ ...base(), folds: [{ samples_test: 1 }] }), 400, "Invalid 'folds' parameter"],
    [
      'a fold with half a sample',
      () => ({ ...base(), folds: [{ ...fold(0), samples_test: 0.5 }] }),
      400,
      "Invalid 'folds' parameter",
    ],
    ['an id we do not take', () => ({ ...base(), run_id: 'a/b' }), 400, "Invalid 'run_id' parameter"],
    ['a day that is none', () => ({ ...base(), started_at: '2025-02-31' }), 400, "Invalid 'started_at' parameter"],
    [
      'a measurement that is a path',
      () => ({ ...base(), prediction_measurement: '../x' }),
      400,
      'Invalid measurement name',
    ],
    ['a count beyond its column', () => ({ ...base(), fold_count: 2 ** 31 }), 400, "Invalid 'fold_count' parameter"],
  ])('refuse %s and write nothing', async (_what, body, status, error) => {
    const answer = await house.post('/api/runs', body());
    expect([answer.status, answer.json.error]).toEqual([status, error]);
    expect((await house.get('/api/runs/never')).status).toBe(404);
  });
});

describe('predictions', () => {
  const header = 'timestamp,bar_index,fold_number,prediction,target,threshold_0,threshold_1';

  it('are a header alone before any were written, with the run’s thresholds counted', async () => {
    await house.post('/api/runs', { run_id: 'p-none', dataset_id: datasetId, thresholds: [1, 2] });
    const csv = await house.get('/api/runs/p-none/predictions');
    expect([csv.headers['content-type'], csv.text]).toEqual(['text/csv; charset=utf-8', `${header}\n`]);
    expect((await house.get('/api/runs/p-none/predictions?format=json')).json).toEqual({
      columns: header.split(','),
      dataset: [],
      count: 0,
    });
    expect((await house.get('/api/runs/p-none/predictions?format=xml')).json.error).toBe("Invalid 'format' parameter");
    expect((await house.get('/api/runs/nope/predictions')).json).toEqual({ error: 'Run not found' });
  });

  it('come in with the run as CSV, overlapping folds apart, and go out under the contract’s names', async () => {
    const predictions_csv = [
      'timestamp_unix,fold,prediction_value,target_value,long_threshold,short_threshold',
      '1700000060,0,0.25,,0.5,-0.5',
      '1700000000,0,0.125,1,0.5,-0.5',
      '1700000060,1,-1e-7,-1,0.5,-0.5',
    ].join('\n');
    const { status, json } = await house.post('/api/runs', { run_id: 'p-csv', dataset_id: datasetId, predictions_csv });
    expect([status, json.questdb_rows_written]).toEqual([201, 3]);
    const rows = [
      [1_700_000_000_000_000, 0, 0, 0.125, 1, 0.5, -0.5],
      [1_700_000_060_000_000, 1, 0, 0.25, null, 0.5, -0.5],
      [1_700_000_060_000_000, 2, 1, -1e-7, -1, 0.5, -0.5],
    ];
    const answer = await house.get('/api/runs/p-csv/predictions?format=json');
    expect(answer.json).toEqual({ columns: header.split(','), dataset: rows, count: 3 });
    const csv = await house.get('/api/runs/p-csv/predictions');
    expect(csv.text.split('\n')[0]).toBe(header);
    expect(csv.text.split('\n')[2]).toBe('1700000060000000,1,0,0.25,,0.5,-0.5');
    expect((await house.get('/api/runs/p-csv?download_predictions=true')).text).toBe(csv.text);
    const one = await house.get('/api/runs/p-csv/predictions?format=json&fold=1');
    expect(one.json.dataset).toEqual([rows[2]]);
    const page = await house.get('/api/runs/p-csv/predictions?format=json&limit=1&offset=1');
    expect(page.json.dataset).toEqual([rows[1]]);
  });

  it('leave neither rows nor run behind when one is bad', async () => {
    const predictions_csv = 'timestamp_unix,prediction\n1700000000,0.5\nsoon,0.5';
    const { status, json } = await house.post('/api/runs', { run_id: 'p-bad', dataset_id: datasetId, predictions_csv });
    expect([status, json.success, json.rows_rejected]).toEqual([400, false, 1]);
    expect(json.error).toContain('1 of 2 rows rejected; first: row 3');
    expect((await house.get('/api/runs/p-bad')).status).toBe(404);
    expect((await house.get('/api/questdb/measurement/wf_p-bad')).status).toBe(404);
  });

  it('written by a service carry their own thresholds and fill from the run where there are none', async () => {
    await house.post('/api/runs', { run_id: 'p-own', dataset_id: datasetId, thresholds: [9] });
    const rows = {
      timestampUs: Float64Array.of(1e15, 2e15),
      barIndex: [4, 5],
      foldNumber: [0, 0],
      prediction: Float64Array.of(0.5, Number.NaN),
      target: Float64Array.of(1, 0),
    };
    await appendPredictions(house.desk, { predictionMeasurement: 'wf_p-own' }, { ...rows, thresholds: [] });
    expect((await house.get('/api/runs/p-own/predictions?format=json')).json.dataset).toEqual([
      [1e15, 4, 0, 0.5, 1, 9],
      [2e15, 5, 0, null, 0, 9],
    ]);
    await appendPredictions(
      house.desk,
      { predictionMeasurement: 'wf_p-own' },
      { ...rows, thresholds: [Float64Array.of(0.1, 0.2), Float64Array.of(0.3, 0.4)] },
    );
    expect((await house.get('/api/runs/p-own/predictions?format=json')).json.dataset).toEqual([
      [1e15, 4, 0, 0.5, 1, 0.1, 0.3],
      [2e15, 5, 0, null, 0, 0.2, 0.4],
    ]);
  });
});
