import { expect, it } from 'vitest';
import { makeDurationTally } from './duration-tally.js';

const facts = { surface: 'stage1', method: 'GET', route: '/api/runs/:id', status: 200 };

it('counts every answer in all buckets that hold it, and sums the time', () => {
  const tally = makeDurationTally();
  for (const seconds of [0.0005, 0.001, 0.02, 700]) tally.observe({ ...facts, seconds });
  const text = tally.render();
  const labels = 'surface="stage1",method="GET",route="/api/runs/:id",status="200"';
  for (const [bound, count] of [
    ['0.001', 2],
    ['0.01', 2],
    ['0.05', 3],
    ['600', 3],
    ['+Inf', 4],
  ])
    expect(text).toContain(`_bucket{le="${bound}",${labels}} ${count}\n`);
  expect(text).toContain(`_count{${labels}} 4\n`);
  expect(Number(/_sum\{[^}]*\} (.+)\n/.exec(text)![1])).toBeCloseTo(700.0215, 9);
});

it('keeps surfaces, methods and statuses of one route apart, and quotes what a label may not hold', () => {
  const tally = makeDurationTally();
  tally.observe({ ...facts, seconds: 1 });
  tally.observe({ ...facts, status: 404, seconds: 1 });
  tally.observe({ ...facts, surface: 'sigma', seconds: 1 });
  tally.observe({ ...facts, route: '/"odd"\\', seconds: 1 });
  const text = tally.render();
  expect(text.match(/_count\{/g)).toHaveLength(4);
  expect(text).toContain('route="/\\"odd\\"\\\\"');
});
