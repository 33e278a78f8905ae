import { expect, it } from 'vitest';
import type { PipelineJob, PipelineStep } from './job.js';
import { countSteps, sayFailures, sayJob, stageTable } from './say-steps.js';

const step = (stage: string, status: PipelineStep['status'], rest: Partial<PipelineStep> = {}): PipelineStep => ({
  stage,
  symbol: 'NVDA',
  date: '2026-02-02',
  status,
  started_at: '2026-02-03T00:00:00.000Z',
  finished_at: '2026-02-03T00:00:01.500Z',
  n_records: 1000,
  message: null,
  ...rest,
});

const job = (status: PipelineJob['status'], steps: PipelineStep[], error: string | null = null): PipelineJob => ({
  id: 'a',
  status,
  stages: [],
  error,
  progress: { done: 0, total: 0, current: null },
  steps,
});

const steps = [step('decode', 'completed'), step('decode', 'skipped'), step('derive', 'failed', { message: 'no' })];

it('counts steps by what came of them, and names no kind of which there is none', () => {
  expect(countSteps(steps)).toBe('3 steps: 1 done, 1 skipped, 1 failed');
  expect(countSteps([step('qc', 'pending'), step('qc', 'running')])).toBe('2 steps: 2 not begun');
});

it('says why a job did not end well', () => {
  expect(sayJob(job('completed', steps.slice(0, 1)))).toBe('1 step: 1 done');
  expect(sayJob(job('failed', steps, 'derive NVDA 2026-02-02: no'))).toContain('derive NVDA 2026-02-02: no; 3 steps');
  expect(sayJob(job('failed', [], 'no input: nothing'))).toBe('no input: nothing');
  expect(sayJob(job('cancelled', steps))).toMatch(/^cancelled; 3 steps/);
});

it('adds up a stage over its days; what was skipped took no time', () => {
  expect(stageTable([...steps, step('decode', 'completed')])).toEqual([
    'stage   done  skipped  records  took',
    '------  ----  -------  -------  -----',
    'decode     2        1    2,000  3.0 s',
    'derive     0        0        -  -',
  ]);
});

it('names the steps that failed, and counts those beyond the first twenty', () => {
  expect(sayFailures(steps)).toEqual(['✗ derive NVDA 2026-02-02: no']);
  const many = Array.from({ length: 25 }, () => step('qc', 'failed'));
  expect(sayFailures(many)).toHaveLength(21);
  expect(sayFailures(many).at(-1)).toBe('  and 5 more');
});
