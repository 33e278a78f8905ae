/** One read for all who ask for the same thing at about the same time. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

/**
 * Gives a function that runs `read` for a key, at most one at a time. Those who ask in one turn of the event loop, or while
 * a read is on its way, share the next read. The one on its way is never shared: it may have begun before its asker wrote
 * what it now wants to see.
 */
export function makeSharedRead<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  const onItsWay = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<T>>();

  async function startNext(key: string, read: () => Promise<T>): Promise<T> {
    await (onItsWay.get(key) ?? turnOfTheLoop());
    next.delete(key);
    const reading = read();
    const settled = reading.then(nothing, nothing);
    onItsWay.set(key, settled);
    // Before whoever waits for it begins the next: the map then holds that one.
    void settled.then(() => {
      if (onItsWay.get(key) === settled) onItsWay.delete(key);
    });
    return reading;
  }

  return (key, read) => {
    let shared = next.get(key);
    if (shared === undefined) {
      shared = startNext(key, read);
      next.set(key, shared);
    }
    return shared;
  };
}

const nothing = () => undefined;
