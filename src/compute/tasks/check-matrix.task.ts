/** How good a matrix is that somebody brought: the same questions that a built one answers. */

import { featureColumnsOf } from '#engine/matrix/feature-columns.js';
import { parseMatrixCsv } from '#engine/matrix/matrix-csv.js';
import { checkQuality, type QualityReport } from '#engine/matrix/quality.js';
import { type Cell, firstRows } from '#engine/matrix/table.js';
import { defineTask } from '../task.js';

export interface CheckMatrixInput {
  readonly csv: Uint8Array;
  /** Null takes what the registry knows. */
  readonly featureColumns: readonly string[] | null;
  readonly horizonBars: number | null;
  readonly sampleRows: number;
}

export interface CheckedMatrix {
  readonly rows: number;
  readonly quality: QualityReport;
  readonly sample: readonly Record<string, Cell>[];
}

export const checkMatrixTask = defineTask({
  name: 'checkMatrix',
  run: (input: CheckMatrixInput): CheckedMatrix => {
    const table = parseMatrixCsv(new TextDecoder().decode(input.csv));
    const featureColumns = featureColumnsOf(table, { listed: input.featureColumns ?? undefined });
    return {
      rows: table.rows,
      quality: checkQuality(table, { featureColumns, horizonBars: input.horizonBars ?? undefined }),
      sample: firstRows(table, input.sampleRows),
    };
  },
});
