/** The one boosting engine: histogram trees on any loss, the same bytes on every platform and number of workers. */
import type { Rng } from '#base/rng.js';
import type { Matrix } from '../../frame/matrix.js';
import { sampleWithoutReplacement } from '../../random/draws.js';
import { type Control, stopIfAsked } from '../model.js';
import { binMatrix } from './bins.js';
import { Grower, type GrowParams } from './grow.js';
import type { Loss } from './losses.js';
import { addTree, type Tree } from './tree.js';

export interface BoostParams extends GrowParams {
  readonly rounds: number;
  /** Share of rows a round and of columns a tree, drawn without replacement. */
  readonly subsample: number;
  readonly colsample: number;
}

export interface Ensemble {
  readonly initial: readonly number[];
  /** Round by round, output by output. */
  readonly trees: readonly Tree[];
}

/** Friedman (2001) with second derivatives (Chen & Guestrin 2016). Step = one round. */
export function boost(x: Matrix, loss: Loss, params: BoostParams, rng: Rng, control?: Control): Ensemble {
  const binned = binMatrix(x);
  const columns = x.columns.length;
  const featureCount = Math.max(1, Math.min(columns, Math.floor(params.colsample * columns + 0.5)));
  const rowCount = Math.max(1, Math.min(x.rows, Math.floor(params.subsample * x.rows + 0.5)));
  const grower = new Grower(binned, params);
  const buffers = () => Array.from({ length: loss.outputs }, () => new Float64Array(x.rows));
  const [scores, gradients, hessians] = [buffers(), buffers(), buffers()];
  for (const [k, column] of scores.entries()) column.fill(loss.initial[k]!);
  const trees: Tree[] = [];
  for (let round = 0; round < params.rounds; round++) {
    stopIfAsked(control, 'Training');
    loss.derive(scores, gradients, hessians);
    const sample = sampleWithoutReplacement(x.rows, rowCount, rng);
    for (let k = 0; k < loss.outputs; k++) {
      const features = sampleWithoutReplacement(columns, columns === 0 ? 0 : featureCount, rng);
      const tree = grower.grow(
        sample.slice(),
        features,
        { gradients: gradients[k]!, hessians: hessians[k]! },
        loss.gradientUnit,
      );
      tree.addTo(scores[k]!, binned);
      trees.push(tree.finish(binned.cuts));
    }
    control?.onStep?.(round + 1, params.rounds);
  }
  return { initial: loss.initial, trees };
}

/** Scores of every output, one column each. */
export function scoresOfEnsemble({ initial, trees }: Ensemble, x: Matrix): Float64Array[] {
  const scores = initial.map((start) => new Float64Array(x.rows).fill(start));
  for (const [at, tree] of trees.entries()) addTree(tree, x.columns, scores[at % initial.length]!);
  return scores;
}

/** Sum of the gains of each feature's splits. */
export function gainsOf({ trees }: Ensemble, columns: number): Float64Array {
  const gains = new Float64Array(columns);
  for (const { feature, gain } of trees) {
    for (let node = 0; node < feature.length; node++) {
      if (feature[node]! >= 0) gains[feature[node]!] = gains[feature[node]!]! + gain[node]!;
    }
  }
  return gains;
}
