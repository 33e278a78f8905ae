/** One worker thread: takes a task at a time, tells progress, hears a cancel through shared memory while it computes. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import { type FromWorker, packError, type ToWorker } from './message.js';
import type { Task } from './task.js';
import { tasks } from './tasks.js';

const PROGRESS_EVERY_MS = 50;

const port = parentPort;
assert(port !== null, 'this file runs as a worker thread');

/** Holds the id of the task that the pool no longer wants; a message could not reach a busy thread. */
const unwanted = new Int32Array((workerData as { unwanted: SharedArrayBuffer }).unwanted);

port.on('message', (message: ToWorker) => void work(message));

async function work({ id, name, input }: ToWorker) {
  const task: Task<never, unknown> | undefined = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  let toldAtMs = 0;
  const context = {
    shouldStop: () => Atomics.load(unwanted, 0) === id,
    progress(done: number, total: number) {
      const nowMs = performance.now();
      if (nowMs - toldAtMs < PROGRESS_EVERY_MS && done < total) return;
      toldAtMs = nowMs;
      send({ type: 'progress', id, done, total });
    },
  };
  try {
    if (task === undefined) throw errors.jobKindUnknown(name);
    // Name and input fit each other: `Compute.run` takes no others, and nobody else posts here.
    const output = await task.run(input as never, context);
    send({ type: 'done', id, output }, task.transfer?.(output) ?? []);
  } catch (error) {
    send({ type: 'failed', id, error: packError(error) });
  }
}

function send(message: FromWorker, transfer: ArrayBuffer[] = []) {
  port?.postMessage(message, transfer);
}
