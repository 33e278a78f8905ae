/** What a pipeline did, for people: its steps counted, the stages with their times, and every step that failed. */
import { sayCount, sayDuration, table } from '../screen.js';
import type { PipelineJob, PipelineStep } from './job.js';

/** `40 steps: 32 done, 8 skipped`; kinds of which there are none are not named. */
export function countSteps(steps: readonly PipelineStep[]): string {
  const of = (status: PipelineStep['status']) => steps.filter((step) => step.status === status).length;
  const kinds = [
    [of('completed'), 'done'],
    [of('skipped'), 'skipped'],
    [of('failed'), 'failed'],
    [of('pending') + of('running'), 'not begun'],
  ] as const;
  const said = kinds.flatMap(([count, word]) => (count === 0 ? [] : [`${sayCount(count)} ${word}`]));
  return `${sayCount(steps.length)} ${steps.length === 1 ? 'step' : 'steps'}: ${said.join(', ')}`;
}

export function sayJob({ status, error, steps }: PipelineJob): string {
  if (steps.length === 0) return error ?? status;
  const counted = countSteps(steps);
  if (status === 'completed') return counted;
  return status === 'cancelled' ? `cancelled; ${counted}` : `${error ?? status}; ${counted}`;
}

/** The stages in the order in which they ran: a line each, with the time that their steps took together. */
export function stageTable(steps: readonly PipelineStep[]): string[] {
  const stages = [...new Set(steps.map(({ stage }) => stage))];
  const rows = stages.map((stage) => {
    const own = steps.filter((step) => step.stage === stage);
    const done = own.filter(({ status }) => status === 'completed');
    const records = done.reduce((sum, { n_records }) => sum + (n_records ?? 0), 0);
    const took = done.reduce((sum, step) => sum + durationMs(step), 0);
    const skipped = own.filter(({ status }) => status === 'skipped').length;
    const isSilent = done.length === 0;
    return [
      stage,
      String(done.length),
      String(skipped),
      isSilent ? '-' : sayCount(records),
      isSilent ? '-' : sayDuration(took),
    ];
  });
  return table(['stage', 'done', 'skipped', 'records', 'took'], rows);
}

const durationMs = ({ started_at: start, finished_at: end }: PipelineStep): number =>
  start === null || end === null ? 0 : Date.parse(end) - Date.parse(start);

const FAILURES_SHOWN = 20;

export function sayFailures(steps: readonly PipelineStep[]): string[] {
  const failed = steps.filter(({ status }) => status === 'failed');
  const said = failed
    .slice(0, FAILURES_SHOWN)
    .map(({ stage, symbol, date, message }) => `✗ ${stage} ${symbol} ${date}: ${message ?? 'no reason given'}`);
  const left = failed.length - said.length;
  return left > 0 ? [...said, `  and ${sayCount(left)} more`] : said;
}
