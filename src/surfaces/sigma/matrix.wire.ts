/** Matrices as both seeds read them (contract 10.3, 10.7). */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Job } from '#jobs/job.js';
import { formatDay } from '#services/strategy/days.js';
import type { BuildRun, BuildWish, Preview, StockWish } from '#services/strategy/matrix.service.js';
import { nullShares } from '#services/strategy/quality-document.js';
import { anything } from './anything.wire.js';
import {
  flagOf,
  type Given,
  hoursOf,
  integerOf,
  namesOf,
  needDays,
  numberOf,
  pick,
  textOf,
  tickerOf,
} from './fields.js';
import { modelIdOf } from './run-fields.js';

export const BuildBody = z.looseObject({
  model_id: z.string(),
  pack_id: anything,
  start: anything,
  start_date: anything,
  end: anything,
  end_date: anything,
  features: anything,
  out_csv: anything,
  raw_out: anything,
  k_sigma: anything,
  fixed_bp: anything,
  distance_max: anything,
  dump_raw: anything,
  ticker: anything,
  allowed_hours: anything,
  preview: anything,
});

export const StockBody = z.looseObject({
  ticker: z.string(),
  start: anything,
  start_date: anything,
  end: anything,
  end_date: anything,
  out_csv: anything,
  pack_id: anything,
  model_id: anything,
  label_kind: anything,
  indicator_set_name: anything,
  cadence: anything,
});

export const PreviewBody = z.looseObject({
  ...BuildBody.shape,
  max_rows: anything,
  csv: anything,
  matrix_sha: anything,
});

export const BuildWire = z.looseObject({
  ok: z.literal(true),
  job_id: z.string(),
  status: z.string(),
  matrix_sha: z.string().nullable(),
  rows: z.int().nullable(),
});

/** A build of which nothing was kept: no job, no file. */
export const PreviewedBuildWire = z.looseObject({
  ok: z.boolean(),
  job_id: z.null(),
  status: z.string(),
  matrix_sha: z.string(),
  rows: z.int(),
});

export const PreviewWire = z.looseObject({ ok: z.boolean(), rows: z.int() });

export function buildWishOf(body: Given): BuildWish {
  const modelId = modelIdOf(body);
  const isDumped = flagOf(body['dump_raw'], 'dump_raw') === true;
  return {
    modelId,
    rawOut: textOf(body['raw_out'], 'raw_out', 512) ?? (isDumped ? `matrices/${modelId}/flow_raw.csv` : null),
    packId: textOf(pick(body, 'pack_id', 'pack'), 'pack_id', 64),
    ...needDays(body),
    features: namesOf(body['features'], 'features'),
    outCsv: textOf(body['out_csv'], 'out_csv', 512),
    kSigma: numberOf(body['k_sigma'], 'k_sigma', { min: 0, max: 5 }),
    fixedBp: numberOf(body['fixed_bp'], 'fixed_bp', { min: 0, max: 1000 }),
    distanceMax: integerOf(body['distance_max'], 'distance_max', { min: 1, max: 50 }),
    ticker: tickerOf(body['ticker']),
    allowedHours: hoursOf(body['allowed_hours']),
  };
}

export const isPreview = (body: Given): boolean => flagOf(body['preview'], 'preview') === true;

export function stockWishOf(body: Given): StockWish {
  const ticker = tickerOf(body['ticker']);
  if (ticker === null) throw errors.missingParameter('ticker');
  return {
    ticker,
    ...needDays(body),
    outCsv: textOf(body['out_csv'], 'out_csv', 512),
    packId: textOf(pick(body, 'pack_id', 'pack'), 'pack_id', 64) ?? 'swingsigma',
    modelId: textOf(body['model_id'], 'model_id'),
    labelKind: textOf(body['label_kind'], 'label_kind', 64),
    indicatorSet: textOf(body['indicator_set_name'], 'indicator_set_name', 64),
    cadence: textOf(body['cadence'], 'cadence', 16),
  };
}

/** What a build did not do for a body that asked it. */
export const dumpWarnings = (run: BuildRun, { rawOut }: Pick<BuildWish, 'rawOut'>): string[] =>
  rawOut !== null && typeof run.params['raw_out'] !== 'string'
    ? ['dump_raw was ignored: it writes option flow by strike, and a model of shares has none']
    : [];

export function toBuild(run: BuildRun, job: Job, warnings: readonly string[]) {
  // Builds of older versions have none.
  const notes = (run.params['notes'] ?? []) as readonly string[];
  return {
    ok: true as const,
    job_id: run.jobId,
    build_run_id: run.buildRunId,
    id: run.buildRunId,
    status: run.status === 'completed' ? 'completed' : job.status,
    out_csv: run.outCsv,
    raw_out: run.params['raw_out'] ?? null,
    path: run.path,
    sha256: run.artifactSha,
    lineage: run.lineage ?? {},
    ...matrixFields(run, run.metrics ?? {}, run.params['work'] as JsonObject, [...notes, ...warnings]),
  };
}

/** The same fields of a matrix that was computed and not kept; `ok` is the verdict, as in a preview. */
export function toPreviewedBuild(preview: Preview, warnings: readonly string[]) {
  return {
    ok: preview.quality.ok && preview.rows > 0,
    preview: true,
    job_id: null,
    build_run_id: null,
    id: null,
    status: 'completed',
    out_csv: null,
    path: null,
    sha256: null,
    lineage: { matrix_sha: preview.matrixSha },
    ...matrixFields(preview, preview.metrics, preview.work, [...preview.notes, ...warnings]),
    matrix_sha: preview.matrixSha,
    rows: preview.rows,
    sample: preview.sample,
    ...nullShares(preview.quality),
  };
}

function matrixFields(
  { modelId, packId, matrixSha }: Pick<BuildRun, 'modelId' | 'packId' | 'matrixSha'>,
  metrics: JsonObject,
  work: JsonObject,
  warnings: readonly string[],
) {
  const label = metrics['label'] as JsonObject | undefined;
  const columns = metrics['columns'];
  const said = [...((metrics['warnings'] ?? []) as readonly string[]), ...warnings];
  return {
    model_id: modelId,
    pack_id: packId,
    cadence: work['cadence'],
    format: 'csv',
    matrix_sha: matrixSha,
    rows: (metrics['rows'] ?? null) as number | null,
    columns: Array.isArray(columns) ? columns.length : null,
    column_names: columns ?? null,
    size_mb: sizeMb(metrics['size_bytes']),
    label: label === undefined ? null : { ...label, horizon: label['horizon_bars'] ?? null },
    label_balance: metrics['label_balance'] ?? null,
    dropped: metrics['dropped'] ?? null,
    feature_columns: metrics['feature_columns'] ?? null,
    qa: metrics['qa'] ?? null,
    data_source: metrics['data_source'] ?? 'local',
    start: work['start'],
    start_date: work['start'],
    end: work['end'],
    end_date: work['end'],
    ...(said.length > 0 ? { warnings: said } : {}),
  };
}

const sizeMb = (bytes: unknown) => (typeof bytes === 'number' ? Math.round((bytes / 2 ** 20) * 1000) / 1000 : null);

export const dayRange = (startDay: number, endDay: number) => ({ start: formatDay(startDay), end: formatDay(endDay) });
