/** Turns: how many may do something at once, and who must wait for whom. */

export interface Gate {
  /** Runs `work` when a place is free; first come, first served. */
  pass<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * At most `places` at once. Every call into the engine holds one of the few threads Node shares with files and name look-ups
 * while it runs: without a gate a handful of slow queries would stop every file operation of the server.
 */
export function makeGate(places: number): Gate {
  let free = places;
  const waiting: (() => void)[] = [];
  return {
    async pass(work) {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free++;
        else next();
      }
    },
  };
}

export interface Queues {
  /** One after the other for equal names, beside each other for different ones. */
  inTurn<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** When all that was waiting is done, well or badly. */
  settled(): Promise<unknown>;
}

export function makeQueues(): Queues {
  const tails = new Map<string, Promise<unknown>>();
  return {
    inTurn(name, work) {
      const turn = (tails.get(name) ?? Promise.resolve()).then(work, work);
      tails.set(name, turn);
      const clear = () => {
        if (tails.get(name) === turn) tails.delete(name);
      };
      turn.then(clear, clear);
      return turn;
    },
    settled: () => Promise.allSettled(tails.values()),
  };
}
