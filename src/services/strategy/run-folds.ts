/** Learning and evaluating on the compute threads: folds beside each other, once per set of hours, the same numbers on any number of threads. */

import { canonicalJson } from '#base/json.js';
import type { TaskHear } from '#compute/port.js';
import type { OpenedMatrix } from '#compute/tasks/open-matrix.task.js';
import type { FoldFit } from '#engine/backtest/fit-fold.js';
import { FIT_STEPS } from '#engine/backtest/fit-fold.js';
import { foldsToFit } from '#engine/backtest/plan.js';
import type { SweepGroup, SweepResult } from '#engine/backtest/sweep.js';
import type { Tried } from '#engine/backtest/sweep-part.js';
import type { StrategyDesk } from './desk.js';
import type { FitMemory } from './fit-memory.js';
import { type ConfigOnHours, fitSpecOf, type RunPlan, scopeOf } from './run-plan.js';

export interface Hearing {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface EvaluatedConfigs {
  /** In the order of the configurations. */
  readonly results: SweepResult['results'];
  /** What each configuration was evaluated on, in the same order. */
  readonly grounds: readonly Ground[];
  readonly pbo: number | null;
}

/** The rows of one set of hours, their folds, and what was learned of them. */
export interface Ground extends OpenedMatrix {
  readonly fits: readonly FoldFit[];
}

/**
 * What each fold of a result is called where a number must be its own. A path of the combinatorial scheme may take two of
 * its blocks from one fit, so there it is the place in the path.
 */
export const foldNumbers = (folds: readonly { readonly fold: number }[], { plan }: Pick<Ground, 'plan'>): number[] =>
  folds.map(({ fold }, at) => (plan.scheme === 'cpcv' ? at : fold));

/** Without `fits` everything is learned anew. */
export type FoldDesk = Pick<StrategyDesk, 'compute'> & { readonly fits?: FitMemory | undefined };

export async function evaluateConfigs(
  desk: FoldDesk,
  csv: Uint8Array,
  plan: RunPlan,
  configs: readonly ConfigOnHours[],
  hearing: Hearing = {},
): Promise<EvaluatedConfigs> {
  const learned = await learn(desk, csv, plan, configs, hearing);
  const { results, pbo } = await desk.compute.run('evaluate', learned.input, learned.hear);
  return { ...inOrder(learned, results), pbo };
}

/** Of a slice of a sweep: results that do not know yet what else was tried. The same as `evaluateConfigs` gives, but for that. */
export async function evaluateSlice(
  desk: FoldDesk,
  csv: Uint8Array,
  plan: RunPlan,
  configs: readonly ConfigOnHours[],
  hearing: Hearing = {},
): Promise<Omit<EvaluatedConfigs, 'pbo'>> {
  const learned = await learn(desk, csv, plan, configs, hearing);
  return inOrder(learned, await desk.compute.run('evaluateSlice', learned.input, learned.hear));
}

/** What a slice hands to the whole of its sweep, in the order of the configurations. */
export async function trySlice(
  desk: FoldDesk,
  csv: Uint8Array,
  plan: RunPlan,
  configs: readonly ConfigOnHours[],
  hearing: Hearing = {},
): Promise<readonly Tried[]> {
  const learned = await learn(desk, csv, plan, configs, hearing);
  return inOrder(learned, await desk.compute.run('trySlice', learned.input, learned.hear)).results;
}

interface Learned {
  readonly groups: readonly HourGroup[];
  readonly grounds: readonly Ground[];
  /** What the tasks on learned folds take. */
  readonly input: { readonly groups: readonly SweepGroup[] };
  readonly hear: TaskHear;
}

async function learn(
  desk: FoldDesk,
  csv: Uint8Array,
  plan: RunPlan,
  configs: readonly ConfigOnHours[],
  { signal, onProgress }: Hearing,
): Promise<Learned> {
  const groups = groupByHours(configs);
  const opened = await openMatrix(
    desk,
    csv,
    plan,
    groups.map(({ allowedHours }) => allowedHours),
    signal,
  );
  const progress = countSteps(opened, configs.length, onProgress);
  const grounds = await Promise.all(
    opened.map(async (one, at) => {
      const fits = await fitFolds(desk, one, plan, groups[at]!.allowedHours, signal, progress.step);
      return { ...one, fits };
    }),
  );
  const swept = grounds.map(({ matrix, plan: folds, fits }, at) => ({
    matrix,
    plan: folds,
    fits,
    scope: scopeOf(plan, groups[at]!.allowedHours),
    configs: groups[at]!.members.map((member) => configs[member]!.config),
  }));
  return { groups, grounds, input: { groups: swept }, hear: { ...hear(signal), onProgress: progress.evaluated } };
}

export async function fitFolds(
  desk: FoldDesk,
  { matrix, plan: folds }: OpenedMatrix,
  plan: RunPlan,
  allowedHours: readonly number[] | null,
  signal: AbortSignal | undefined,
  onStep: (steps: number) => void,
): Promise<FoldFit[]> {
  const spec = fitSpecOf(plan);
  const scope = scopeOf(plan, allowedHours);
  return Promise.all(
    foldsToFit(folds).map(async (fold) => {
      const key = `${scope}:${fold.index}`;
      const known = desk.fits?.find(key);
      if (known !== undefined) {
        onStep(FIT_STEPS);
        return known;
      }
      let told = 0;
      const onProgress = (done: number) => {
        onStep(done - told);
        told = done;
      };
      const fit = await desk.compute.run('fitFold', { matrix, fold, spec }, { ...hear(signal), onProgress });
      desk.fits?.keep(key, fit);
      return fit;
    }),
  );
}

export async function openMatrix(
  desk: Pick<StrategyDesk, 'compute'>,
  csv: Uint8Array,
  { matrix, rows, fit, cv }: RunPlan,
  hours: readonly (readonly number[] | null)[],
  signal: AbortSignal | undefined,
  purpose: 'backtest' | 'training' = 'backtest',
): Promise<readonly OpenedMatrix[]> {
  return desk.compute.run(
    'openMatrix',
    {
      csv,
      features: fit.features,
      featureColumns: matrix.featureColumns,
      target: fit.target,
      horizonBars: matrix.horizonBars,
      isIntraday: matrix.isIntraday,
      selections: hours.map((allowedHours) => ({ ...rows, allowedHours })),
      plan: { purpose, ...cv },
    },
    hear(signal),
  );
}

export interface HourGroup {
  readonly allowedHours: readonly number[] | null;
  /** Positions of its configurations. */
  readonly members: number[];
}

export function groupByHours(configs: readonly ConfigOnHours[]): HourGroup[] {
  const groups = new Map<string, HourGroup>();
  configs.forEach(({ allowedHours }, at) => {
    const key = canonicalJson(allowedHours);
    const group = groups.get(key) ?? { allowedHours, members: [] };
    group.members.push(at);
    groups.set(key, group);
  });
  return [...groups.values()];
}

/** Results that came group by group, in the order of the configurations. */
function inOrder<T>({ groups, grounds }: Learned, results: readonly T[]) {
  const ordered: T[] = [];
  const under: Ground[] = [];
  let next = 0;
  groups.forEach(({ members }, at) => {
    for (const member of members) {
      ordered[member] = results[next++]!;
      under[member] = grounds[at]!;
    }
  });
  return { results: ordered, grounds: under };
}

/** Learning counts in fits, evaluating in configurations; together they only grow. */
function countSteps(opened: readonly OpenedMatrix[], configs: number, onProgress: Hearing['onProgress']) {
  const fitSteps = opened.reduce((sum, { plan }) => sum + foldsToFit(plan).length * FIT_STEPS, 0);
  let done = 0;
  return {
    step(steps: number) {
      done += steps;
      onProgress?.(done, fitSteps + configs);
    },
    evaluated: (count: number) => onProgress?.(fitSteps + count, fitSteps + configs),
  };
}

const hear = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });
