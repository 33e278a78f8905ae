/** Ctrl-C: the first asks everything to end well, the second ends it now. */
import { EXIT } from './exit-codes.js';

export interface StopSignal {
  /** Resolves at the first Ctrl-C or SIGTERM. */
  readonly asked: Promise<void>;
  readonly signal: AbortSignal;
}

/** Call once a process. */
export function listenForStop(onFirst: () => void = () => {}): StopSignal {
  const controller = new AbortController();
  const asked = new Promise<void>((resolve) => {
    const stop = () => {
      if (controller.signal.aborted) process.exit(EXIT.interrupted);
      controller.abort();
      onFirst();
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
  return { asked, signal: controller.signal };
}
