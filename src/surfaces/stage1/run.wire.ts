/** Runs on the wire (stage1.md 4.1). */
import { z } from 'zod';
import type { JsonObject } from '#base/json.js';
import type { RunListed, RunToSave, RunView } from '#services/research/run.service.js';
import { FaultsError, faultsOf } from '../http/faults.js';
import { count, idText, nameOrNothing, objectOrText, orNothing, smallCount, timeMs } from './fields.js';
import { FoldPost, FoldWire, toFold, toFoldWire } from './fold.wire.js';
import { longList, readLongList } from './long-list.js';
import { isoZ, isoZOrNull } from './times.js';

export const RunItemWire = z.looseObject({
  run_id: z.string(),
  dataset_id: z.string(),
  dataset_slug: z.string(),
  fold_count: z.int(),
  features: z.array(z.string()),
  feature_columns: z.array(z.string()),
  thresholds: z.array(z.number()),
  prediction_measurement: z.string(),
  status: z.string(),
  target_column: z.string(),
  requested_by: z.string(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  duration_ms: z.number().nullable(),
  summary_metrics: z.looseObject({}),
  hyperparameters: z.looseObject({}),
  walk_config: z.looseObject({}),
  created_at: z.string(),
});

export const RunWire = RunItemWire.extend({
  folds: z.array(FoldWire),
  total_folds: z.int(),
  fold_offset: z.int(),
  folds_returned: z.int(),
  has_more_folds: z.boolean(),
  metadata: z.looseObject({}),
});

export const toRunItemWire = (run: RunListed): z.infer<typeof RunItemWire> => ({
  run_id: run.runId,
  dataset_id: run.datasetId,
  dataset_slug: run.datasetSlug,
  fold_count: foldCountOf(run),
  features: [...run.features],
  feature_columns: [...run.features],
  thresholds: [...run.thresholds],
  prediction_measurement: run.predictionMeasurement,
  status: run.status,
  target_column: run.targetColumn,
  requested_by: run.requestedBy,
  started_at: isoZOrNull(run.startedAtMs),
  completed_at: isoZOrNull(run.completedAtMs),
  duration_ms: run.durationMs,
  summary_metrics: run.summaryMetrics,
  hyperparameters: run.hyperparameters,
  walk_config: run.walkConfig,
  created_at: isoZ(run.createdAtMs),
});

/** `fold_count` is the run's total, except that a client that pages through folds reads it as the size of the page. */
export function toRunWire(run: RunView, foldOffset: number, isPaged: boolean): z.infer<typeof RunWire> {
  const item = toRunItemWire(run);
  const returned = run.folds.length;
  return {
    ...item,
    fold_count: isPaged ? returned : item.fold_count,
    folds: run.folds.map((fold) => toFoldWire(run.runId, fold)),
    total_folds: run.storedFoldCount,
    fold_offset: foldOffset,
    folds_returned: returned,
    has_more_folds: foldOffset + returned < run.storedFoldCount,
    metadata: run.metadata,
  };
}

const foldCountOf = (run: RunListed) => (run.storedFoldCount > 0 ? run.storedFoldCount : run.declaredFoldCount);

const texts = z.array(z.string());
const numbers = z.array(z.number());

const RunFields = z.looseObject({
  run_id: orNothing(idText),
  dataset_id: z.string().min(1).max(256),
  fold_count: orNothing(smallCount),
  features: orNothing(texts),
  feature_columns: orNothing(texts),
  thresholds: orNothing(numbers),
  prediction_measurement: orNothing(z.string()),
  status: orNothing(z.string()),
  target_column: orNothing(z.string()),
  requested_by: orNothing(z.string()),
  started_at: orNothing(timeMs),
  completed_at: orNothing(timeMs),
  created_at: orNothing(timeMs),
  duration_ms: orNothing(count),
  summary_metrics: orNothing(objectOrText),
  hyperparameters: orNothing(objectOrText),
  walk_config: orNothing(objectOrText),
  metadata: orNothing(objectOrText),
  folds: orNothing(longList(FoldPost)),
  predictions_csv: orNothing(z.string()),
});

/** Either flat, or `{run: {...}, folds: [...]}`; the fields are checked after they were brought to one shape. */
export const RunPost = z
  .looseObject({ ...unchecked(RunFields.shape), run: z.unknown().optional() })
  .describe('Flat, or nested as {run: {...}, folds: [...]}; other members are kept as metadata');

interface RunPosted {
  readonly run: RunToSave;
  readonly predictionsCsv: string | undefined;
}

export async function readRunPost(body: z.output<typeof RunPost>): Promise<RunPosted> {
  const flat = flatten(body);
  const result = RunFields.safeParse(flat);
  if (!result.success) throw new FaultsError(faultsOf(result.error.issues, 'body', flat));
  const fields = result.data;
  const others = Object.entries(fields).filter(([key]) => !(key in RunFields.shape) && !COMPUTED.has(key));
  return {
    predictionsCsv: fields.predictions_csv || undefined,
    run: {
      runId: fields.run_id,
      datasetId: fields.dataset_id,
      declaredFoldCount: fields.fold_count,
      features: fields.feature_columns ?? fields.features,
      thresholds: fields.thresholds,
      predictionMeasurement: nameOrNothing(fields.prediction_measurement),
      status: fields.status || undefined,
      targetColumn: fields.target_column,
      requestedBy: fields.requested_by,
      startedAtMs: fields.started_at,
      completedAtMs: fields.completed_at,
      createdAtMs: fields.created_at,
      durationMs: fields.duration_ms,
      summaryMetrics: fields.summary_metrics,
      hyperparameters: fields.hyperparameters,
      walkConfig: fields.walk_config,
      metadata: { ...fields.metadata, ...(Object.fromEntries(others) as JsonObject) },
      folds: fields.folds && (await readLongList('folds', fields.folds, FoldPost, toFold)),
    },
  };
}

/** What our own answers add: a client that sends a run back as it got it means nothing by them. */
const COMPUTED = new Set(['dataset_slug', 'total_folds', 'fold_offset', 'folds_returned', 'has_more_folds']);

function flatten({ run, ...rest }: z.output<typeof RunPost>): Record<string, unknown> {
  if (run === undefined) return rest;
  if (typeof run !== 'object' || run === null || Array.isArray(run)) return { ...rest, dataset_id: run };
  // An outer `folds: undefined` must not hide the inner one.
  return { ...run, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) };
}

function unchecked(shape: typeof RunFields.shape) {
  return Object.fromEntries(Object.keys(shape).map((key) => [key, z.unknown().optional()]));
}
