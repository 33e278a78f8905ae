/** A pool of worker threads behind `Compute`: threads start when first needed, and one that dies takes only its own task with it. */
import { setMaxListeners } from 'node:events';
import { Worker } from 'node:worker_threads';
import { errors } from '#base/errors.js';
import { noTrail, type OpenStep, type Trail } from '#base/trail.js';
import { type FromWorker, unpackError } from './message.js';
import type { Compute, TaskHear } from './port.js';
import type { TaskInput, TaskName, TaskOutput } from './tasks.js';

/** A thread that has not heard a cancel by then is in a loop that never asks; it is replaced. */
const DEAF_AFTER_MS = 5_000;

interface Call {
  readonly id: number;
  readonly name: TaskName;
  readonly input: unknown;
  readonly hear: TaskHear;
  readonly step: OpenStep;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly hearAbort: () => void;
  isSettled: boolean;
}

interface Thread {
  readonly worker: Worker;
  readonly unwanted: Int32Array;
  call: Call | undefined;
}

export interface ComputeOptions {
  readonly workers: number;
  /** Default none. */
  readonly trail?: Trail;
}

export function openCompute({ workers, trail = noTrail }: ComputeOptions): Compute {
  const threads = new Set<Thread>();
  const waiting: Call[] = [];
  let lastId = 0;
  let isClosed = false;

  function run<N extends TaskName>(name: N, input: TaskInput<N>, hear: TaskHear = {}): Promise<TaskOutput<N>> {
    if (isClosed) return Promise.reject(errors.cancelled());
    if (hear.signal?.aborted) return Promise.reject(errors.cancelled());
    return new Promise<unknown>((resolve, reject) => {
      lastId = (lastId + 1) | 0;
      const call: Call = {
        id: lastId,
        name,
        input,
        hear,
        step: trail.begin({ kind: 'task', name: `task ${name}` }),
        resolve,
        reject,
        hearAbort: () => abandon(call),
        isSettled: false,
      };
      // A job's one signal is heard by all its folds at once; that is no leak to be warned of.
      if (hear.signal !== undefined) setMaxListeners(0, hear.signal);
      hear.signal?.addEventListener('abort', call.hearAbort, { once: true });
      waiting.push(call);
      handOut();
    }) as Promise<TaskOutput<N>>;
  }

  function handOut() {
    while (waiting.length > 0) {
      const thread = [...threads].find((candidate) => candidate.call === undefined) ?? startThread();
      if (thread === undefined) return;
      const call = waiting.shift()!;
      thread.call = call;
      thread.worker.postMessage({ id: call.id, name: call.name, input: call.input });
    }
  }

  function startThread(): Thread | undefined {
    if (threads.size >= workers) return undefined;
    const unwanted = new SharedArrayBuffer(4);
    const thread: Thread = {
      worker: new Worker(...workerEntry(unwanted)),
      unwanted: new Int32Array(unwanted),
      call: undefined,
    };
    thread.worker.on('message', (message: FromWorker) => receive(thread, message));
    thread.worker.on('error', (error) => drop(thread, error));
    thread.worker.on('exit', (code) => drop(thread, new Error(`A compute thread ended with code ${code}`)));
    // An idle pool does not keep the process alive; its owner closes it.
    thread.worker.unref();
    threads.add(thread);
    return thread;
  }

  function receive(thread: Thread, message: FromWorker) {
    const call = thread.call;
    if (call === undefined || call.id !== message.id) return;
    if (message.type === 'progress') {
      if (!call.isSettled) call.hear.onProgress?.(message.done, message.total);
      return;
    }
    thread.call = undefined;
    if (message.type === 'done') settle(call, () => call.resolve(message.output));
    else fail(call, unpackError(message.error));
    handOut();
  }

  /** Frees the caller at once; the thread comes back when it hears, or is replaced. */
  function abandon(call: Call) {
    fail(call, errors.cancelled());
    const position = waiting.indexOf(call);
    if (position >= 0) {
      waiting.splice(position, 1);
      return;
    }
    const thread = [...threads].find((candidate) => candidate.call === call);
    if (thread === undefined) return;
    Atomics.store(thread.unwanted, 0, call.id);
    setTimeout(() => {
      if (thread.call === call) void thread.worker.terminate();
    }, DEAF_AFTER_MS).unref();
  }

  function drop(thread: Thread, error: Error) {
    if (!threads.delete(thread)) return;
    const call = thread.call;
    thread.call = undefined;
    if (call !== undefined) fail(call, isClosed ? errors.cancelled() : error);
    if (!isClosed) handOut();
  }

  function fail(call: Call, error: unknown) {
    settle(call, () => call.reject(error), error);
  }

  function settle(call: Call, say: () => void, error?: unknown) {
    if (call.isSettled) return;
    call.isSettled = true;
    call.step.end(error === undefined ? {} : { error });
    // One signal may outlive thousands of calls.
    call.hear.signal?.removeEventListener('abort', call.hearAbort);
    say();
  }

  async function close() {
    isClosed = true;
    for (const call of waiting.splice(0)) fail(call, errors.cancelled());
    await Promise.all([...threads].map((thread) => thread.worker.terminate()));
  }

  return {
    workers,
    run,
    load: () => ({ busy: [...threads].filter(({ call }) => call !== undefined).length, waiting: waiting.length }),
    close,
  };
}

/** Beside the compiled pool stands worker.js; when we run from source, the thread first gets the loader that strips types. */
function workerEntry(unwanted: SharedArrayBuffer): ConstructorParameters<typeof Worker> {
  const options = { workerData: { unwanted }, name: 'almanac-compute' };
  if (!import.meta.url.endsWith('.ts')) return [new URL('./worker.js', import.meta.url), { ...options, execArgv: [] }];
  const source = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const bootstrap = `import('tsx/esm/api').then(({ register }) => { register(); return import(${source}); });`;
  return [bootstrap, { ...options, eval: true, execArgv: ['--conditions=source'] }];
}
