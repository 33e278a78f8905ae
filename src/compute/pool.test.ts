import { afterAll, describe, expect, it } from 'vitest';
import { openCompute } from './pool.js';

const compute = openCompute({ workers: 2 });
afterAll(() => compute.close());

describe('the compute pool', () => {
  it('runs a task on a worker thread and gives its answer', async () => {
    await expect(compute.run('echo', { value: 42 })).resolves.toBe(42);
  });

  it('answers every call when there are more calls than threads', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, value) => compute.run('echo', { value })));
    expect(answers).toEqual(Array.from({ length: 50 }, (_, value) => value));
  });

  it('frees a caller that cancels, and goes on working', async () => {
    const cancel = new AbortController();
    const answer = compute.run('spin', { steps: 1e9 }, { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 20);
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    await expect(compute.run('echo', { value: 1 })).resolves.toBe(1);
  });

  it('brings an error back with its kind and code', async () => {
    await expect(compute.run('spin', { steps: -1 })).rejects.toMatchObject({
      kind: 'invalid',
      code: 'invalid_parameter',
    });
  });

  it('tells progress that only grows', async () => {
    const told: number[] = [];
    await compute.run('spin', { steps: 2e6 }, { onProgress: (done) => told.push(done) });
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(2e6);
  });
});
