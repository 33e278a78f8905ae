/** What a task is: a name and a pure function from input to output, with a way to tell progress and to hear a cancel. */

export interface TaskContext {
  progress(done: number, total: number): void;
  /** True once the caller has gone; a long task asks at every step and returns early by throwing errors.cancelled(). */
  shouldStop(): boolean;
}

export interface Task<I, O> {
  readonly name: string;
  run(input: I, context: TaskContext): O | Promise<O>;
  /** Buffers of the output that may be moved to the caller in place of being copied. */
  transfer?(output: O): ArrayBuffer[];
}

export const defineTask = <I, O>(task: Task<I, O>): Task<I, O> => task;
