import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { makeSharedRead } from './shared-read.js';

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a shared read', () => {
  it('is one for all who ask in one turn, and one a key', async () => {
    const share = makeSharedRead<number>();
    let reads = 0;
    const read = async () => ++reads;
    expect(await Promise.all([share('a', read), share('a', read), share('b', read)])).toEqual([1, 1, 2]);
    expect(await share('a', read)).toBe(3);
  });

  it('is never the one that began before the question', async () => {
    const share = makeSharedRead<string>();
    let value = 'old';
    const slow = gate();
    const first = share('a', async () => {
      const seen = value;
      await slow.opened;
      return seen;
    });
    await turn();
    await turn();
    value = 'new';
    const late = [share('a', async () => value), share('a', async () => 'not this one')];
    slow.open();
    expect(await first).toBe('old');
    expect(await Promise.all(late)).toEqual(['new', 'new']);
  });

  it('fails for those who share it and for nobody after them', async () => {
    const share = makeSharedRead<number>();
    const failing = [1, 2].map(() => share('a', () => Promise.reject(new Error('away'))));
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await share('a', async () => 5)).toBe(5);
  });

  it('has at most one on its way, whatever the order of questions', async () => {
    const share = makeSharedRead<number>();
    let now = 0;
    let most = 0;
    const read = async () => {
      most = Math.max(most, ++now);
      await turn();
      return --now;
    };
    const asked: Promise<number>[] = [];
    for (let i = 0; i < 200; i++) {
      asked.push(share('a', read));
      if (i % 3 === 0) await turn();
    }
    await Promise.all(asked);
    expect(most).toBe(1);
  });
});
