/** Failures of the research services: datasets, runs, simulations, imports. */
import { AppError } from '../app-error.js';
import type { Json, JsonObject } from '../json.js';

export const researchErrors = {
  datasetMissing: (id: string) =>
    new AppError('missing', 'dataset_missing', `Dataset ${id} was not found`, { resource: 'dataset', id }),
  /** Something refers to a dataset that is not there: the reference is at fault, not the path. */
  datasetUnknown: (id: string) =>
    new AppError('conflict', 'dataset_unknown', `Dataset ${id} is unknown. Create it first.`, { id }),
  datasetSlugTaken: (slug: string) =>
    new AppError('conflict', 'dataset_slug_taken', `The slug ${slug} belongs to another dataset`, { slug }),
  datasetInUse: (id: string, runs: number) =>
    new AppError(
      'conflict',
      'dataset_in_use',
      `Dataset ${id} has ${runs} runs. Delete them first, or ask for cascade.`,
      {
        id,
        runs,
      },
    ),
  runMissing: (id: string) =>
    new AppError('missing', 'run_missing', `Run ${id} was not found`, { resource: 'run', id }),
  runUnknown: (id: string) => new AppError('conflict', 'run_unknown', `Run ${id} is unknown. Create it first.`, { id }),
  runInUse: (id: string, simulations: number) =>
    new AppError(
      'conflict',
      'run_in_use',
      `Run ${id} has ${simulations} simulations. Delete them first, or ask for cascade.`,
      { id, simulations },
    ),
  simulationMissing: (id: string) =>
    new AppError('missing', 'simulation_missing', `Simulation ${id} was not found`, { resource: 'simulation', id }),
  /** `rows` are the first faults: position in the list, field, what is wrong. */
  rowsRejected: (count: number, rows: readonly JsonObject[]) =>
    new AppError('invalid', 'rows_rejected', `${count} rows were rejected; nothing was written`, { errors: rows }),
  /** `report` is what the import found out; nothing was written. */
  importRejected: (summary: string, report: { readonly [key: string]: Json }) =>
    new AppError('invalid', 'import_rejected', summary, report),
  importTooLarge: (rowsMax: number, bytesMax: number) =>
    new AppError(
      'too-large',
      'import_too_large',
      `A direct import takes at most ${rowsMax} rows and ${bytesMax} bytes. Send it as a job.`,
      { rowsMax, bytesMax },
    ),
  directImportOff: () =>
    new AppError('unsupported', 'direct_import_off', 'Direct import is switched off. Send it as a job.'),
  /** The file of a job is gone, so the job cannot begin again. */
  jobUploadLost: () => new AppError('gone', 'upload_lost', 'Interrupted by restart'),
  measurementDeleteOff: () => new AppError('denied', 'measurement_delete_off', 'Deleting measurements is switched off'),
  barsUnreadable: (measurement: string, column: string) =>
    new AppError('invalid', 'bars_unreadable', `${measurement} holds no bars: it has no column ${column}`, {
      measurement,
      column,
    }),
  granularityUnknown: (granularity: string) =>
    new AppError('invalid', 'granularity_unknown', `Unknown granularity ${granularity}`, {
      field: 'granularity',
      granularity,
    }),
  notReady: (what: string) => new AppError('unavailable', 'not_ready', `Not ready: ${what}`, { what }),
  notImplemented: () => new AppError('unsupported', 'not_implemented', 'Not implemented'),
  tokenInvalid: () => new AppError('unknown-caller', 'token_invalid', 'Missing or invalid token'),
};
