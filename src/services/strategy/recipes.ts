/** How this room's artifacts are made again, and the kinds of work it does: what the app room registers. */
import type { JsonObject } from '#base/json.js';
import type { JobType } from '#jobs/job-type.js';
import type { Recipe } from '#services/operations/recipe.js';
import { backtestJob } from './backtest.job.js';
import { backtestDocument, documentBytes, type TrialCount } from './backtest-document.js';
import { readBracketParams, replayOn } from './brackets.js';
import { buildMatrixJob } from './build-matrix.job.js';
import type { StrategyDesk } from './desk.js';
import { createFitMemory } from './fit-memory.js';
import { matrixRecipe } from './make-matrix.js';
import { modelRecipe } from './make-model.js';
import { plotRecipe } from './plots.js';
import { evaluateConfigs } from './run-folds.js';
import { readConfigDocument, readPlan } from './run-plan.js';
import { sweepJob } from './sweep.job.js';
import { sweepPartJobs } from './sweep-part.job.js';
import { trainJob } from './train.job.js';

/** They share what they learn of a matrix's folds for as long as this process lives. */
export function strategyJobs(desk: StrategyDesk): JobType[] {
  const lab = { ...desk, fits: createFitMemory() };
  return [buildMatrixJob(lab), trainJob(lab), backtestJob(lab), sweepJob(lab), ...sweepPartJobs(lab)];
}

export function strategyRecipes({ compute }: Pick<StrategyDesk, 'compute'>): Recipe[] {
  // The compute threads alone: a proof remembers nothing.
  const desk = { compute };
  return [matrixRecipe(desk), modelRecipe(desk), backtestRecipe(desk), plotRecipe];
}

/** Learns and evaluates again; the trials it answers for are those of its day. */
const backtestRecipe = (desk: Pick<StrategyDesk, 'compute'>): Recipe => ({
  kind: 'backtest',
  async recompute({ parents, params, signal }) {
    const plan = readPlan(params['plan'] as JsonObject);
    const tried = readConfigDocument(params['config'] as JsonObject);
    const counted = params['trials'] as JsonObject;
    const trials: TrialCount = { count: counted['count'] as number, sharpeStd: counted['sharpe_std'] as number };
    const { results, grounds } = await evaluateConfigs(desk, parents[0]!, plan, [tried], { signal });
    const tested = { plan, tried, result: results[0]!, ground: grounds[0]! };
    const replayed = await replayAgain(desk, params, parents, tested, signal);
    return Buffer.from(documentBytes(backtestDocument({ ...tested, replayed }, trials).document));
  },
});

/** On the bars that stand second among the parents; what was refused then is refused now in the same words. */
async function replayAgain(
  desk: Pick<StrategyDesk, 'compute'>,
  params: JsonObject,
  parents: readonly Buffer[],
  tested: Parameters<typeof replayOn>[3][number],
  signal: AbortSignal | undefined,
) {
  const refused = params['replay_refused'] as readonly string[] | undefined;
  if (refused !== undefined) return { parity: null, warnings: refused };
  const replay = params['replay'] as JsonObject | undefined;
  if (replay === undefined) return undefined;
  return (await replayOn(desk, readBracketParams(replay), parents[1]!, [tested], signal))[0];
}
