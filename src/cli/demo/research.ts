/** Chapter 2: from prices to a ranked, honest leaderboard. */
import type { Chapter } from './journey.js';
import { backtest, sweep } from './research/backtests.js';
import { showBest, showLeaderboard } from './research/leaderboard.js';
import { buildMatrix } from './research/matrices.js';
import { makeModel } from './research/models.js';
import { plantLeak } from './research/planted-leak.js';
import { train } from './research/training.js';
import { modelsOfDemo } from './series.js';

export const research: Chapter = {
  name: 'research',
  title: 'Research: matrices without leaks, models, backtests, a sweep',
  needs: ['prices'],
  async tell(journey) {
    for (const model of modelsOfDemo) await makeModel(journey, model);
    const matrices = new Map<string, string>();
    for (const model of modelsOfDemo) matrices.set(model.modelId, await buildMatrix(journey, model));
    await plantLeak(journey);
    for (const model of modelsOfDemo) await train(journey, model, matrices.get(model.modelId)!);
    for (const model of modelsOfDemo) {
      await backtest(journey, model, matrices.get(model.modelId)!, 'purged_kfold');
      await backtest(journey, model, matrices.get(model.modelId)!, 'walk_forward');
    }
    for (const model of modelsOfDemo) await sweep(journey, model, matrices.get(model.modelId)!);
    await showLeaderboard(journey);
    await showBest(journey);
  },
};
