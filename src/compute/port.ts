/**
 * Arithmetic off the event loop: one list of tasks (`tasks.ts`), run on a pool of worker threads.
 *
 * Inputs and outputs cross by structured clone; columns on a SharedArrayBuffer are shared, not copied. A task is pure:
 * the same input gives the same output on any worker. Cancelling frees the caller at once; the worker stops at its next step.
 */
import type { TaskInput, TaskName, TaskOutput } from './tasks.js';

export interface TaskHear {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface ComputeLoad {
  /** Tasks that a thread works on. */
  readonly busy: number;
  /** Tasks that no thread has taken yet. */
  readonly waiting: number;
}

export interface Compute {
  readonly workers: number;
  load(): ComputeLoad;
  run<N extends TaskName>(name: N, input: TaskInput<N>, hear?: TaskHear): Promise<TaskOutput<N>>;
  close(): Promise<void>;
}
