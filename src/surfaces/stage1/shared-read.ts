/** One read for all who ask for the same thing while the last read of it is still on its way. */

/**
 * Gives a function that runs `read` for a key, at most one at a time. Who asks meanwhile waits and shares the next one: a
 * read that began before the question could miss what its asker has just written, so the one on its way is never shared.
 */
export function makeSharedRead<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  const current = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<T>>();

  function start(key: string, read: () => Promise<T>): Promise<T> {
    const reading = read();
    const settled = reading.then(
      () => undefined,
      () => undefined,
    );
    current.set(key, settled);
    void settled.then(() => {
      if (current.get(key) === settled) current.delete(key);
    });
    return reading;
  }

  return (key, read) => {
    const waiting = next.get(key);
    if (waiting !== undefined) return waiting;
    const busy = current.get(key);
    if (busy === undefined) return start(key, read);
    const shared = busy.then(() => {
      next.delete(key);
      return start(key, read);
    });
    next.set(key, shared);
    return shared;
  };
}
