/** The one boosting engine: histogram trees on any objective, the same bytes on every platform, by any number of lanes. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { Rng } from '#base/rng.js';
import type { Matrix } from '../../frame/matrix.js';
import type { KernelHost } from '../../kernels/kernel.js';
import { sampleWithoutReplacement } from '../../random/draws.js';
import { type Control, stopIfAsked } from '../model.js';
import { compileEnsemble } from '../trees/compile.js';
import { rawScores } from '../trees/predict.js';
import type { Tree, TreeEnsemble } from '../trees/tree.js';
import { drawBag } from './bag.js';
import { binInto, type ColumnBins, countedBins, learnBins } from './binned-columns.js';
import { checkRows } from './check-rows.js';
import { type Crew, gather } from './crew.js';
import { type Ground, type GrownTree, growTree } from './grow.js';
import { meanLoss, type Objective, objectiveOf, outputsOf } from './objective.js';
import { type BoostingParams, boostingParams, leavesMaxOf } from './params.js';
import { renewedOutputs } from './renew.js';
import { collect, type Spread, scatter, spreadRows } from './rows-in-shards.js';
import type { Shard } from './shard.js';
import { type ShardShape, scalesOf, slotsOf } from './shard-layout.js';
import { STEPS } from './steps.js';
import { usedColumns } from './used-columns.js';

export interface LabelledRows {
  readonly x: Matrix;
  /** One label a row: a number, or a class from 0 on. */
  readonly y: Float64Array;
  /** From 0 on; absent means that every row weighs one. */
  readonly weights?: Float64Array;
}

/** A fit after some rounds: plain data. A fit that goes on from it comes to the bytes of one that was never stopped. */
export interface BoostingCheckpoint {
  readonly trees: readonly Tree[];
  readonly losses: readonly number[];
}

export interface BoostingInput extends LabelledRows {
  /** What differs from `BOOSTING_DEFAULTS`. */
  readonly params: Partial<BoostingParams>;
  readonly rng: Rng;
  /** Rows that no tree learns from; their mean loss is told, and stops training under `earlyStoppingRounds`. */
  readonly validation?: LabelledRows;
  readonly control?: Control;
  /** Lends WebAssembly; without it the kernel's twin comes to the same model, later. */
  readonly host?: KernelHost;
  /** Lends threads; needs the host. */
  readonly crew?: Crew;
  readonly resume?: BoostingCheckpoint;
  /** Called after every round; what it gets stays as it is. */
  readonly onRound?: (checkpoint: BoostingCheckpoint) => void;
}

export interface BoostingFit {
  readonly ensemble: TreeEnsemble;
  /** Mean validation loss by round; empty without validation. */
  readonly losses: readonly number[];
  /** Rounds kept: under early stopping those up to the smallest loss. */
  readonly rounds: number;
}

/**
 * Fits gradient-boosted trees (Friedman 2001; second derivatives as in Chen & Guestrin 2016; bins, growth, categories, leaf renewal
 * and names of the settings as in LightGBM, Ke et al. 2017).
 *
 * NaN features are "not known": each split learns their side. The start of the scores is part of the first round's leaves, so the
 * score of a row is the sum of its leaves. The model depends on rows, settings and `rng` alone.
 *
 * Throws `labelUnfit`, `featureInfinite`, `weightUnfit`, `nothingToFit`, `invalidParameter`, `fitDiverged`, `fitTooLarge`; `computationStopped`
 * when the control asks. A constant target gives trees of one leaf; a `binary` or `multiclass` label of one class gives that class
 * all but certainly; a column that tells nothing is never split on.
 */
export function fitBoosting(input: BoostingInput): BoostingFit {
  const { x, y, weights, rng, validation, control, resume } = input;
  const params = boostingParams(input.params, x.columns.length);
  checkRows(input, params.objective);
  if (validation !== undefined) {
    assert(validation.x.columns.length === x.columns.length, 'validation has the columns of training');
    checkRows(validation, params.objective);
  }
  const objective = objectiveOf(params);
  const start = params.boostFromAverage ? objective.initial(y, weights) : new Array<number>(outputsOf(params)).fill(0);
  const bins = learnBins(x, params, rng);
  const fit = new Fit(input, params, objective, bins);
  fit.begin(start, resume);
  const stopAfter = params.earlyStoppingRounds;
  for (let round = fit.rounds; round < params.numIterations; round++) {
    stopIfAsked(control, 'Training');
    if (!fit.addRound(round, start)) break;
    control?.onStep?.(fit.rounds, params.numIterations);
    input.onRound?.(fit.checkpoint());
    if (stopAfter > 0 && fit.rounds - 1 - bestOf(fit.losses) >= stopAfter) break;
  }
  const rounds = stopAfter > 0 && fit.losses.length > 0 ? bestOf(fit.losses) + 1 : fit.rounds;
  return { ensemble: fit.ensemble(rounds), losses: fit.losses, rounds };
}

/** The first of the smallest. */
function bestOf(losses: readonly number[]): number {
  let best = 0;
  for (let i = 1; i < losses.length; i++) if (losses[i]! < losses[best]!) best = i;
  return best;
}

class Fit {
  readonly losses: number[] = [];
  readonly #input: BoostingInput;
  readonly #params: BoostingParams;
  readonly #objective: Objective;
  readonly #bins: readonly ColumnBins[];
  readonly #outputs: number;
  readonly #trees: Tree[] = [];
  readonly #spread: Spread;
  readonly #held: Spread;
  readonly #ground: Ground;
  /** Largest gradient and hessian of each output over all shards. */
  readonly #most: Float64Array;
  /** Every used column. */
  readonly #all: Int32Array;

  constructor(input: BoostingInput, params: BoostingParams, objective: Objective, bins: readonly ColumnBins[]) {
    this.#input = input;
    this.#params = params;
    this.#objective = objective;
    this.#bins = bins;
    this.#outputs = outputsOf(params);
    this.#most = new Float64Array(2 * this.#outputs);
    const lanes = input.crew === undefined || input.host === undefined ? 1 : input.crew.memories.length;
    this.#spread = spreadRows(input.x.rows, lanes);
    this.#held = spreadRows(input.validation?.x.rows ?? 0, lanes);
    const columns = usedColumns(bins, params);
    this.#all = Int32Array.from(columns, (_, at) => at);
    const leavesMax = leavesMaxOf(params, input.x.rows);
    const shapes = Array.from({ length: lanes }, (_, shard): ShardShape => {
      const isWeighted = input.weights !== undefined;
      return {
        rows: this.#spread.sizes[shard]! + this.#held.sizes[shard]!,
        sizes: columns.map(({ column }) => countedBins(bins[column]!)),
        outputs: this.#outputs,
        leaves: leavesMax,
        slots: shard > 0 ? 1 : slotsOf(params, leavesMax),
        isWeighted,
        hasUnitHessian: objective.hasUnitHessian && !isWeighted,
        isLogistic: params.objective === 'binary' && !isWeighted && params.scalePosWeight === 1,
      };
    });
    const gang = gather({ shapes, params }, input.host, input.crew);
    this.#ground = { params, ...gang, columns, bins, leavesMax };
    this.#fill();
  }

  get rounds(): number {
    return this.#trees.length / this.#outputs;
  }

  #fill(): void {
    const { x, y, weights, validation } = this.#input;
    const { shards, columns, run } = this.#ground;
    const after = (shard: number) => this.#spread.sizes[shard]!;
    shards.forEach((shard, at) => {
      shard.setUp(after(at));
    });
    const both = <T extends Float64Array | Uint8Array>(own: T, held: T | undefined, into: (shard: Shard) => T) => {
      scatter(this.#spread, own, (at) => into(shards[at]!));
      if (held !== undefined) scatter(this.#held, held, (at) => into(shards[at]!), after);
    };
    both(y, validation?.y, (shard) => shard.labels);
    if (weights !== undefined) both(weights, undefined, (shard) => shard.weights!);
    const bytes = new Uint8Array(x.rows);
    const heldBytes = validation && new Uint8Array(validation.x.rows);
    columns.forEach(({ column }, at) => {
      const bins = this.#bins[column]!;
      binInto(x.columns[column]!, bins, bytes);
      if (heldBytes !== undefined) binInto(validation!.x.columns[column]!, bins, heldBytes);
      both(bytes, heldBytes, (shard) => shard.column(at));
    });
    run([STEPS.fillRows]);
  }

  /** Puts the scores where they start, or where the checkpoint left them. */
  begin(start: readonly number[], resume: BoostingCheckpoint | undefined): void {
    const { shards } = this.#ground;
    if (resume === undefined || resume.trees.length === 0) {
      for (const { scores } of shards) for (const [k, column] of scores.entries()) column.fill(start[k]!);
      return;
    }
    this.#trees.push(...resume.trees);
    this.losses.push(...resume.losses);
    if (this.#params.baggingFreq > 0) this.#drawBag(this.rounds - 1 - ((this.rounds - 1) % this.#params.baggingFreq));
    const { x, validation } = this.#input;
    const compiled = compileEnsemble(this.ensemble(this.rounds));
    const restore = (of: Matrix, spread: Spread, offset: (shard: number) => number) => {
      const scores = rawScores(compiled, of);
      for (let k = 0; k < this.#outputs; k++) {
        const column = Float64Array.from({ length: of.rows }, (_, row) => scores[row * this.#outputs + k]!);
        scatter(spread, column, (at) => shards[at]!.scores[k]!, offset);
      }
    };
    restore(x, this.#spread, () => 0);
    if (validation !== undefined) restore(validation.x, this.#held, (shard) => this.#spread.sizes[shard]!);
  }

  /** One tree for every output; false when none could split and no later round would differ. */
  addRound(round: number, start: readonly number[]): boolean {
    const { run, columns } = this.#ground;
    const params = this.#params;
    const wanted = Math.max(1, Math.floor(params.featureFraction * columns.length + 0.5));
    // By round, so that a resumed fit draws what the one before it would have drawn.
    const rng = wanted < columns.length ? this.#input.rng.fork(`round:${round}`) : undefined;
    if (params.baggingFreq > 0 && round % params.baggingFreq === 0) this.#drawBag(round);
    const scales = this.#derive(round);
    const trees: Tree[] = [];
    for (let k = 0; k < this.#outputs; k++) {
      const chosen = rng === undefined ? this.#all : sampleWithoutReplacement(columns.length, wanted, rng);
      const grown = growTree(this.#ground, k, chosen, { gradient: scales[2 * k]!, hessian: scales[2 * k + 1]! });
      const begin = round === 0 ? start[k]! : 0;
      const values = this.#valuesOf(grown, k, begin);
      for (const { leafValues } of this.#ground.shards) leafValues.set(values);
      run([STEPS.addLeaves, k, values.length, round === 0 ? 1 : 0]);
      trees.push(grown.builder.finish(values, params.learningRate, begin));
    }
    const isDrawn = (params.baggingFreq > 0 && params.baggingFraction < 1) || params.featureFraction < 1;
    if (round > 0 && !isDrawn && trees.every(({ splitFeature }) => splitFeature.length === 0)) return false;
    this.#trees.push(...trees);
    if (this.#input.validation !== undefined) this.losses.push(this.#validationLoss(this.#input.validation));
    return true;
  }

  /** Gradients of all outputs in whole steps; steps a unit, gradient and hessian by turns. */
  #derive(round: number): Float64Array {
    const { shards, run } = this.#ground;
    run([STEPS.derive]);
    const { shape } = shards[0]!;
    if (shape.isLogistic) return scalesOf(shape, this.#most);
    this.#most.fill(0);
    for (const { report } of shards) {
      for (let i = 0; i < report.length; i++) {
        // Written so that NaN is caught as well.
        if (!(report[i]! <= Number.MAX_VALUE / 4)) throw errors.fitDiverged(this.#params.objective, round);
        this.#most[i] = Math.max(this.#most[i]!, report[i]!);
      }
    }
    const scales = scalesOf(shape, this.#most);
    for (const { report } of shards) report.set(scales);
    run([STEPS.quantise]);
    return scales;
  }

  #valuesOf({ builder, outputs }: GrownTree, k: number, start: number): number[] {
    // A tree that could not split says nothing: what its one leaf would add is rounding.
    if (builder.leafCount === 1) return [start];
    const { renewal } = this.#objective;
    const { shards } = this.#ground;
    const renewed =
      renewal === undefined ? outputs : renewedOutputs(this.#input, shards, k, builder.leafCount, renewal);
    return renewed.map((output) => start + output * this.#params.learningRate);
  }

  #drawBag(round: number): void {
    const { x, rng } = this.#input;
    drawBag(this.#ground.shards, x.rows, this.#params.baggingFraction, rng.fork(`bag:${round}`));
  }

  #validationLoss({ y, weights }: LabelledRows): number {
    const { shards } = this.#ground;
    const after = (shard: number) => this.#spread.sizes[shard]!;
    const column = (k: number) => collect(this.#held, (at) => shards[at]!.scores[k]!, after);
    return meanLoss(
      this.#objective,
      y,
      Array.from({ length: this.#outputs }, (_, k) => column(k)),
      weights,
    );
  }

  checkpoint(): BoostingCheckpoint {
    return { trees: [...this.#trees], losses: [...this.losses] };
  }

  ensemble(rounds: number): TreeEnsemble {
    const { x } = this.#input;
    const { objective, numClass, monotoneConstraints } = this.#params;
    return {
      objective: objective === 'binary' ? { name: objective, sigmoid: 1 } : { name: objective },
      classes: objective === 'multiclass' ? numClass : 1,
      treesPerRound: this.#outputs,
      featureNames: x.names,
      featureInfos: this.#bins.map(({ info }) => info),
      averageOutput: false,
      trees: this.#trees.slice(0, rounds * this.#outputs),
      ...(monotoneConstraints !== undefined && { monotoneConstraints }),
    };
  }
}
