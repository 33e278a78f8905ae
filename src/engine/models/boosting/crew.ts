/** Who does the steps of a fit: this thread alone, or lanes on many that share memory. Whoever it is, the model's bytes are the same. */
import { errors } from '#base/errors.js';
import { type BoostingExports, boostingKernel, boostingTwin } from '../../kernels/boosting.js';
import { growTo, type KernelHost, type KernelMemory } from '../../kernels/kernel.js';
import { objectiveOf, outputsOf } from './objective.js';
import { type BoostingParams, leavesMaxOf } from './params.js';
import { ROWS_IN_CHUNK } from './rows-in-shards.js';
import { Shard } from './shard.js';
import { type ShardShape, shardBytes, slotsOf } from './shard-layout.js';
import { doStep, type Step } from './steps.js';

/** What a lane must know to work on the shards; plain data that survives JSON. */
export interface CrewPlan {
  readonly shapes: readonly ShardShape[];
  readonly params: BoostingParams;
}

/**
 * Lanes that a host lends to one fit. Each shard has a memory that all lanes see.
 *
 * `run` has `own` or another lane do the step on every shard, once each, and returns when all are done; what was written is then seen
 * here. It throws when a lane failed.
 */
export interface Crew {
  readonly memories: readonly KernelMemory[];
  /** Once, when the memories have grown to what the shards need. */
  open(plan: CrewPlan): void;
  run(step: Step, own: (shard: number) => void): void;
}

/** Bytes of a shard's memory at most, before its bins are known. */
export function shardBytesMax(rows: number, columns: number, params: BoostingParams, shards: number): number {
  const leaves = leavesMaxOf(params, rows);
  return shardBytes({
    // Chunks go round: no shard has more than its share and one chunk of each spread.
    rows: Math.ceil(rows / shards) + 2 * ROWS_IN_CHUNK,
    sizes: new Array<number>(columns).fill(256),
    outputs: outputsOf(params),
    leaves,
    slots: slotsOf(params, leaves),
    isWeighted: true,
    hasUnitHessian: false,
    isLogistic: false,
  });
}

/** What a lane on another thread does: `step` on shard `shard`. */
export function openLane(
  plan: CrewPlan,
  memories: readonly KernelMemory[],
  host: KernelHost,
): (shard: number, step: Step) => void {
  const objective = objectiveOf(plan.params);
  const shards: (Shard | undefined)[] = plan.shapes.map(() => undefined);
  // Made when the lane first comes to a shard: it may never come to all.
  const shardAt = (at: number): Shard => {
    const memory = memories[at]!;
    return new Shard(memory, host.instantiate(boostingKernel, memory), plan.shapes[at]!, objective);
  };
  return (at, step) => {
    shards[at] ??= shardAt(at);
    doStep(shards[at], step);
  };
}

/** The shards of a fit, and how a step is done on all of them. */
export interface Gang {
  readonly shards: readonly Shard[];
  readonly run: (step: Step) => void;
}

/** What 32-bit addresses reach, and what every engine gives without WebAssembly. */
const MEMORY_BYTES_MAX = 2 ** 32 - 65_536;
const PLAIN_BYTES_MAX = 2 ** 31 - 65_536;

/** Shards on the crew's memories, or on one of this thread's. Throws `fitTooLarge`. */
export function gather(plan: CrewPlan, host: KernelHost | undefined, crew: Crew | undefined): Gang {
  const objective = objectiveOf(plan.params);
  for (const shape of plan.shapes) {
    const bytes = shardBytes(shape);
    const bytesMax = host === undefined ? PLAIN_BYTES_MAX : MEMORY_BYTES_MAX;
    if (bytes > bytesMax) throw errors.fitTooLarge(shape.rows, shape.sizes.length, bytes, bytesMax);
  }
  const make = (shape: ShardShape, memory: KernelMemory, kernels: BoostingExports) =>
    new Shard(memory, kernels, shape, objective);
  if (crew !== undefined && host !== undefined) {
    const shards = plan.shapes.map((shape, at) => {
      const memory = crew.memories[at]!;
      growTo(memory, shardBytes(shape));
      return make(shape, memory, host.instantiate(boostingKernel, memory));
    });
    crew.open(plan);
    return { shards, run: (step) => crew.run(step, (at) => doStep(shards[at]!, step)) };
  }
  const shape = plan.shapes[0]!;
  const { memory, kernels } = host === undefined ? plainMemory(shardBytes(shape)) : lentMemory(host, shardBytes(shape));
  const shard = make(shape, memory, kernels);
  return { shards: [shard], run: (step) => doStep(shard, step) };
}

interface Lent {
  readonly memory: KernelMemory;
  readonly kernels: BoostingExports;
}

function plainMemory(bytes: number): Lent {
  const memory = { buffer: new ArrayBuffer((bytes + 7) & ~7), grow: () => -1 };
  return { memory, kernels: boostingTwin(memory) };
}

const KEPT_BYTES_MAX = 64 * 2 ** 20;
const kept = new WeakMap<KernelHost, Lent>();

/**
 * A thread fits one model at a time, so small fits take turns on one memory: an engine has only so many to give, and a warm kernel
 * is fast from its first call. Every fit writes what it reads, so nothing of the one before shows.
 */
function lentMemory(host: KernelHost, bytes: number): Lent {
  const known = kept.get(host);
  if (known !== undefined && bytes <= KEPT_BYTES_MAX) {
    growTo(known.memory, bytes);
    return known;
  }
  const memory = host.memory(bytes, Math.max(bytes, KEPT_BYTES_MAX));
  const lent = { memory, kernels: host.instantiate(boostingKernel, memory) };
  if (bytes <= KEPT_BYTES_MAX) kept.set(host, lent);
  return lent;
}
