/** Building and previewing matrices (contract 10). */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import type { Job } from '#jobs/job.js';
import {
  type BuildWish,
  findBuild,
  previewForeign,
  previewMatrix,
  submitBuild,
  submitStockBuild,
} from '#services/strategy/matrix.service.js';
import { nullShares, qualityDocument } from '#services/strategy/quality-document.js';
import { throwFailure } from '#services/strategy/run-failure.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import type { SigmaDesk } from './desk.js';
import { unknownKeyWarnings } from './envelope.js';
import { integerOf, shaOf, textOf } from './fields.js';
import {
  BuildBody,
  BuildWire,
  buildWishOf,
  dayRange,
  dumpWarnings,
  isPreview,
  PreviewBody,
  PreviewedBuildWire,
  PreviewWire,
  StockBody,
  stockWishOf,
  toBuild,
  toPreviewedBuild,
} from './matrix.wire.js';
import { answerJob, answerModeOf } from './respond-async.js';
import { modelIdOf } from './run-fields.js';

const tags = ['matrix'];
const ROWS_SHOWN = 200;

export function matrixRoutes(app: App, desk: SigmaDesk): void {
  app.post(
    '/build_stock_matrix',
    {
      schema: {
        summary: 'Build the matrix of a stock, with or without a model',
        tags,
        body: StockBody,
        response: { 200: BuildWire, 202: BuildWire },
      },
      config: { action: 'matrix.build', idempotent: true },
    },
    async (request, reply) => {
      const job = await submitStockBuild(desk, request.principal, stockWishOf(request.body));
      noteAudit(request, { subject: { job_id: job.id } });
      const warnings = unknownKeyWarnings(request.body, [...Object.keys(StockBody.shape), 'async', 'wait', 'pack']);
      const mode = answerModeOf(request, 'wait');
      return answerJob(request, reply, {
        queue: desk.queue,
        job,
        mode,
        shape: shapeBuild(desk, warnings, { rawOut: null }),
      });
    },
  );

  app.post(
    '/build_matrix',
    {
      schema: {
        summary: "Build a model's matrix; refused when a feature uses the future; with preview=true nothing is kept",
        tags,
        body: BuildBody,
        response: { 200: z.union([BuildWire, PreviewedBuildWire]), 202: BuildWire },
      },
      config: { action: 'matrix.build', idempotent: true },
    },
    async (request, reply) => {
      const wish = buildWishOf(request.body);
      const warnings = unknownKeyWarnings(request.body, [...Object.keys(BuildBody.shape), 'async', 'wait', 'pack']);
      if (isPreview(request.body))
        return toPreviewedBuild(await previewMatrix(desk, request.principal, wish, ROWS_SHOWN), warnings);
      const job = await submitBuild(desk, request.principal, wish);
      noteAudit(request, { subject: { job_id: job.id } });
      const mode = answerModeOf(request, 'wait');
      return answerJob(request, reply, { queue: desk.queue, job, mode, shape: shapeBuild(desk, warnings, wish) });
    },
  );

  app.post(
    '/preview_matrix',
    {
      schema: {
        summary: 'A matrix as it would be, with its quality; nothing is written',
        tags,
        body: PreviewBody,
        response: { 200: PreviewWire },
      },
      config: { audit: 'none' },
    },
    async ({ body, principal }) => {
      const sampleRows = integerOf(body['max_rows'], 'max_rows', { min: 1, max: 5000 }) ?? ROWS_SHOWN;
      const unknown = unknownKeyWarnings(body, [...Object.keys(PreviewBody.shape), 'pack']);
      const csv = textOf(body['csv'], 'csv', 512);
      const matrixSha = shaOf(body['matrix_sha']);
      if (csv !== null || matrixSha !== null) {
        const checked = await previewForeign(desk, principal, { modelId: modelIdOf(body), csv, matrixSha }, sampleRows);
        return {
          ok: checked.quality.ok,
          rows: checked.rows,
          sample: checked.sample,
          qa: qualityDocument(checked.quality),
          ...nullShares(checked.quality),
          ...(unknown.length > 0 ? { warnings: unknown } : {}),
        };
      }
      const wish = buildWishOf(body);
      const preview = await previewMatrix(desk, principal, wish, sampleRows);
      return {
        ok: preview.quality.ok && preview.rows > 0,
        rows: preview.rows,
        sample: preview.sample,
        qa: qualityDocument(preview.quality),
        ...nullShares(preview.quality),
        feature_columns: preview.featureColumns,
        dropped: {
          null_label: preview.dropped.nullLabel,
          null_price: preview.dropped.nullPrice,
          hours: preview.dropped.hours,
        },
        ...dayRange(wish.startDay, wish.endDay),
        warnings: [...unknown, ...preview.warnings, ...(preview.rows === 0 ? ['no bar of the range has a label'] : [])],
      };
    },
  );
}

const shapeBuild =
  (desk: SigmaDesk, warnings: readonly string[], wish: Pick<BuildWish, 'rawOut'>) => async (job: Job) => {
    const run = await findBuild(desk, job.id);
    if (run === undefined) throw errors.jobMissing(job.id);
    throwFailure({ ...run, status: job.status === 'completed' ? run.status : job.status });
    return toBuild(run, job, [...warnings, ...dumpWarnings(run, wish)]);
  };
