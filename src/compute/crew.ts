/**
 * Threads that work on one fit: a control block on shared memory, one thread that leads, others that join when they come to it.
 *
 * A step has a number. A lane that claims a shard for this number does the step there; the leader claims what nobody else has, and goes
 * on when all shards are done. So nobody waits for a thread that never came, and since the shards' sums are whole numbers it does not
 * show in the result who did which.
 */
import { assert } from '#base/assert.js';
import type { KernelMemory } from '#engine/kernels/kernel.js';
import { type Crew, type CrewPlan, openLane } from '#engine/models/boosting/crew.js';
import { STEP_LENGTH } from '#engine/models/boosting/steps.js';
import { kernelHost } from './kernel-host.js';

/** What every lane is handed; structured clone keeps it shared. */
export interface CrewOffer {
  readonly control: SharedArrayBuffer;
  /** One a shard. */
  readonly memories: readonly KernelMemory[];
}

/** Words of the control block. */
const STEP_NUMBER = 0;
const DONE = 1;
const CLOSED = 2;
const BROKEN = 3;
const PLAN_BYTES = 4;
const CLAIMS = 16;
const LANES_MAX = 48;
const ARGS_AT = 256;
const PLAN_AT = 512;

// As long as lanes wait for each other between the steps of a large tree. A thread that sleeps there lets its processor go and gets it
// back slow, or another one: the same counting then took twice as long.
const SPIN_MS = 25;
const SPINS_BETWEEN_LOOKS = 4096;
// A sleeper looks up now and then, should the leader's thread have ended without a word.
const LOOK_UP_MS = 50;

/** Memories for so many shards, of that many bytes each (committed when touched), and room for a plan of that many columns. */
export function offerCrew(shards: number, shardBytes: number, columns: number): CrewOffer {
  assert(shards >= 1 && shards <= LANES_MAX, 'a crew has 1 to 48 shards');
  return {
    control: new SharedArrayBuffer(PLAN_AT + 16_384 + shards * (1024 + 8 * columns)),
    memories: Array.from({ length: shards }, () => kernelHost.memory(shardBytes, shardBytes)),
  };
}

/** The leader's end; `closeCrew` when the fit is over. */
export function leadCrew({ control, memories }: CrewOffer): Crew {
  const words = new Int32Array(control);
  const args = new Float64Array(control, ARGS_AT, STEP_LENGTH);
  return {
    memories,
    open(plan) {
      const text = new TextEncoder().encode(JSON.stringify(plan));
      new Uint8Array(control, PLAN_AT).set(text);
      Atomics.store(words, PLAN_BYTES, text.length);
      Atomics.notify(words, PLAN_BYTES);
    },
    run(step, own) {
      args.fill(0);
      args.set(step);
      Atomics.store(words, DONE, 0);
      const number = Atomics.add(words, STEP_NUMBER, 1) + 1;
      Atomics.notify(words, STEP_NUMBER);
      memories.forEach((_, shard) => {
        if (!claim(words, shard, number)) return;
        own(shard);
        Atomics.add(words, DONE, 1);
      });
      awaitDone(words, memories.length);
    },
  };
}

function awaitDone(words: Int32Array, shards: number): void {
  const sleepAfter = patience();
  while (Atomics.load(words, BROKEN) === 0) {
    const done = Atomics.load(words, DONE);
    if (done === shards) return;
    if (sleepAfter()) Atomics.wait(words, DONE, done, LOOK_UP_MS);
  }
  throw new Error('A lane of the crew failed');
}

/** Asked again and again while one waits: true when it is time to sleep. */
function patience(): () => boolean {
  const until = performance.now() + SPIN_MS;
  let spins = 0;
  return () => ++spins % SPINS_BETWEEN_LOOKS === 0 && performance.now() > until;
}

const claim = (words: Int32Array, shard: number, number: number): boolean =>
  Atomics.compareExchange(words, CLAIMS + shard, number - 1, number) === number - 1;

/** Works until the crew is closed; returns at once when it already is. */
export function joinCrew({ control, memories }: CrewOffer, lane: number, shouldStop: () => boolean): void {
  const words = new Int32Array(control);
  const isOver = () => Atomics.load(words, CLOSED) !== 0 || shouldStop();
  while (Atomics.load(words, PLAN_BYTES) === 0) {
    if (isOver()) return;
    Atomics.wait(words, PLAN_BYTES, 0, LOOK_UP_MS);
  }
  // A copy: a decoder does not read shared memory.
  const text = new Uint8Array(control, PLAN_AT, Atomics.load(words, PLAN_BYTES)).slice();
  const plan = JSON.parse(new TextDecoder().decode(text)) as CrewPlan;
  const work = openLane(plan, memories, kernelHost);
  const args = new Float64Array(control, ARGS_AT, STEP_LENGTH);
  let seen = 0;
  while (true) {
    const sleepAfter = patience();
    while (Atomics.load(words, STEP_NUMBER) === seen) {
      if (!sleepAfter()) continue;
      if (isOver()) return;
      Atomics.wait(words, STEP_NUMBER, seen, LOOK_UP_MS);
    }
    seen = Atomics.load(words, STEP_NUMBER);
    for (let i = 0; i < memories.length; i++) {
      // Its own first: that shard is in this core's cache.
      const shard = (lane + i) % memories.length;
      if (!claim(words, shard, seen)) continue;
      try {
        const [step = 0, ...rest] = args;
        work(shard, [step, ...rest]);
      } catch (error) {
        breakCrew({ control });
        throw error;
      }
      Atomics.add(words, DONE, 1);
      Atomics.notify(words, DONE);
    }
  }
}

/** Sends all lanes home. */
export function closeCrew({ control }: CrewOffer): void {
  const words = new Int32Array(control);
  Atomics.store(words, CLOSED, 1);
  Atomics.notify(words, STEP_NUMBER);
  Atomics.notify(words, PLAN_BYTES);
}

/** A lane was lost: the leader must not wait for it. */
export function breakCrew({ control }: Pick<CrewOffer, 'control'>): void {
  const words = new Int32Array(control);
  Atomics.store(words, BROKEN, 1);
  Atomics.notify(words, DONE);
}
