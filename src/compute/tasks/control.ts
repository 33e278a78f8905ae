/** A task's context as the engine's long computations hear it. */
import type { Control } from '#engine/models/model.js';
import { kernelHost } from '../kernel-host.js';
import type { TaskContext } from '../task.js';

export const controlOf = (context: TaskContext): Control => ({
  onStep: (done, total) => context.progress(done, total),
  shouldStop: () => context.shouldStop(),
  kernels: kernelHost,
});
