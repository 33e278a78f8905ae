/** Every algorithm by its name, from a model to a prediction that was judged. */
import { beforeAll, describe, expect, it } from 'vitest';
import { AAPL_RANGE, aaplBars, openSigmaHouse, type SigmaHouse } from './sigma-house.js';

let house: SigmaHouse;
const FEATURES = ['rsi_14', 'macd_hist'];
const TREES = { n_estimators: 5, max_depth: 3 };
const nameOf = (algo: string) => `AAPL_equity_5d_daily_${algo}`;

beforeAll(async () => {
  house = await openSigmaHouse();
  await house.post('/data/bars', aaplBars());
}, 60_000);

describe.each(['logit', 'gbm', 'xgb', 'rf'])('%s', (algo) => {
  it('learns, is judged, backtested, and made again', async () => {
    const model = nameOf(algo);
    const made = await house.post('/models', {
      template_id: 'swingsigma_default',
      name: model,
      config: { ticker: 'AAPL', model: algo, features: FEATURES },
    });
    expect([made.status, made.json.model_id]).toEqual([201, model]);
    await house.post('/build_matrix', { model_id: model, ...AAPL_RANGE });
    const config = algo === 'logit' ? { epochs: 20, learning_rate: 0.1 } : TREES;
    const trained = await house.post('/train', { model_id: model, config, splits: 2, wait: 120 });
    expect([trained.status, trained.json.status]).toEqual([200, 'completed']);
    expect(trained.json).toMatchObject({
      features: FEATURES,
      classes: ['DOWN', 'FLAT', 'UP'],
      metrics: { source: 'purged_cv_oof', rows: 1255, log_loss: expect.any(Number) },
      model_out_uri: expect.stringMatching(new RegExp(`^artifacts/${model}/.+\\.json$`)),
    });
    // Two features of five years know little: better than a coin is luck, much worse than the base rate is a defect.
    expect(trained.json.metrics.log_loss).toBeLessThan(1.2);
    expect((await house.verify(trained.json.model_sha)).ok).toBe(true);
    const tested = await house.post('/backtest', {
      model_id: model,
      config: { ...config, threshold: 0.4, splits: 2 },
      wait: 120,
    });
    expect([tested.status, tested.json.status]).toEqual([200, 'completed']);
    expect(tested.json.metrics.trades).toBeGreaterThan(0);
  }, 60_000);
});

describe('the name of an algorithm', () => {
  it('may be given with the request, and xgb is gbm byte for byte', async () => {
    const shaOf = async (algo: string) => {
      const { json } = await house.post('/train', {
        model_id: nameOf('logit'),
        config: { ...TREES, algo, seed: 3 },
        splits: 2,
        wait: 120,
      });
      return [json.algo, json.metrics.log_loss];
    };
    const [gbm, xgb, rf] = [await shaOf('gbm'), await shaOf('XGB'), await shaOf('rf')];
    expect(xgb).toEqual(gbm);
    expect(rf[0]).toBe('rf');
    expect(rf[1]).not.toBe(gbm[1]);
  }, 60_000);

  it('that nobody knows is refused with those that are known', async () => {
    const answer = await house.post('/train', { model_id: nameOf('logit'), config: { algo: 'magic' } });
    expect([answer.status, answer.json.error.code]).toEqual([400, 'INVALID_PARAMETER']);
    expect(JSON.stringify(answer.json.error)).toContain('logit');
  });
});
