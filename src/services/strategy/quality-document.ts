/** A quality report in the words of sigma 10.7. */
import type { JsonObject } from '#base/json.js';
import type { QualityReport } from '#engine/matrix/quality.js';
import { toObject } from './wire-names.js';

/** What is judged of a matrix. Counts by class and by hour keep their own keys. */
export function qualityDocument(report: QualityReport): JsonObject {
  const { ok, labelBalance, coverageByHour, nanStats: _, warn: __, fail: ___, ...checks } = report;
  return { ok, ...toObject(checks), label_balance: { ...labelBalance }, coverage_by_hour: { ...coverageByHour } };
}

/** The shares of missing values that stand beside the checks in a preview. */
export const nullShares = ({ nanStats, warn, fail }: QualityReport): JsonObject => toObject({ nanStats, warn, fail });
