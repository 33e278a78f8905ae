import { beforeEach, expect, it } from 'vitest';
import { AppError, errors } from '#base/errors.js';
import type { Job } from '#jobs/job.js';
import { findSweep, insertSweep, startSweep } from '#store/sweep.store.js';
import { openTestDatabase } from '../../../test/support/postgres.js';
import { endWithJob, rememberFailure, throwFailure } from './run-failure.js';

const db = await openTestDatabase();
const desk = { db };
let sweepId = '';
let count = 0;

beforeEach(async () => {
  sweepId = `sweep_${++count}`;
  await insertSweep(db, {
    ...{ sweepId, jobId: sweepId, modelId: 'm', packId: 'p', ownerId: null, tag: null },
    ...{ spec: {}, totalConfigs: 1, matrixSha: 'a', runSha: 'b' },
  });
  await startSweep(db, sweepId);
});

const failBy = (error: Error) =>
  rememberFailure(desk, 'backtest_sweep', sweepId, async () => {
    throw error;
  }).catch(() => undefined);

const sweepNow = async () => (await findSweep(db, sweepId))!;

it('a run remembers the failure that ends its job, with every fact', async () => {
  await failBy(errors.invalidParameter('features', 'No such column', { columns: ['x'] }));
  expect(await sweepNow()).toMatchObject({
    status: 'failed',
    error: { kind: 'invalid', code: 'invalid_parameter', detail: { columns: ['x'] } },
  });
});

it.each([
  ['a database that went away', errors.databaseUnavailable('Connection terminated', undefined)],
  ['a mistake of ours', new AppError('broken', 'internal', 'x')],
  ['anything else', new Error('x')],
])('a run that is tried again after %s has not failed', async (_name, error) => {
  await failBy(error);
  expect(await sweepNow()).toMatchObject({ status: 'running', error: null });
});

it.each([
  ['interrupted', 'unavailable'],
  ['database_unavailable', 'unavailable'],
  ['job_timeout', 'timeout'],
  ['internal', 'broken'],
])('a job that ended as %s tells who waits so, as %s', async (code, kind) => {
  const job = { id: sweepId, status: 'failed', error: { code, message: 'Said by the job' } } as Job;
  await endWithJob(desk, 'backtest_sweep')(job);
  const ended = await sweepNow();
  expect(() => throwFailure(ended)).toThrow(expect.objectContaining({ kind, code, message: 'Said by the job' }));
});
