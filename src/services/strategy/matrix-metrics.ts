/** What is said of a matrix beside its bytes: kept with its build, shown by a preview. */
import type { JsonObject } from '#base/json.js';
import type { BuildMatrixOutput } from '#compute/tasks/build-matrix.task.js';
import { qualityDocument } from './quality-document.js';

export const matrixMetrics = (built: BuildMatrixOutput, sizeBytes: number): JsonObject => ({
  rows: built.rows,
  columns: built.columns,
  size_bytes: sizeBytes,
  label: {
    kind: built.label.kind,
    k_sigma: built.label.kSigma,
    fixed_bp: built.label.fixedBp,
    horizon_bars: built.label.horizonBars,
  },
  label_balance: { ...built.labelBalance },
  dropped: {
    null_label: built.dropped.nullLabel,
    null_price: built.dropped.nullPrice,
    hours: built.dropped.hours,
  },
  feature_columns: built.featureColumns,
  is_intraday: built.isIntraday,
  warmup_rows: built.warmupRows,
  qa: qualityDocument(built.quality),
  data_source: 'local',
  warnings: built.warnings,
});
