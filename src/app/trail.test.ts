import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { idsAtHand, trail } from './trail.js';

const begin = (kind: 'request' | 'job' | 'task', ids = {}) => trail.begin({ kind, name: kind, ids });

it('the ids of a step hold through everything it awaits, and not beside it', async () => {
  const seen: unknown[] = [];
  const look = async (id: string) => {
    await sleep(5);
    seen.push([id, idsAtHand().requestId]);
  };
  await Promise.all(['a', 'b', 'c'].map((id) => begin('request', { requestId: id }).run(() => look(id))));
  expect(seen).toEqual([
    ['a', 'a'],
    ['b', 'b'],
    ['c', 'c'],
  ]);
  expect(idsAtHand()).toEqual({});
});

it('a task keeps the ids of its caller; a job that a request woke has none but its own', () => {
  begin('request', { requestId: 'r' }).run(() => {
    begin('task').run(() => expect(idsAtHand()).toEqual({ requestId: 'r' }));
    begin('job', { jobId: 'j' }).run(() => expect(idsAtHand()).toEqual({ jobId: 'j' }));
    trail.outside(() => expect(idsAtHand()).toEqual({}));
    expect(idsAtHand()).toEqual({ requestId: 'r' });
  });
});

it('without a tracer nobody is told anything, and nothing is carried on', () => {
  const step = begin('request', { requestId: 'r' });
  expect(step.isTraced).toBe(false);
  step.run(() => expect(trail.carrier()).toEqual({}));
  step.end({ name: 'x', facts: { a: 1 }, error: new Error('e') });
});
