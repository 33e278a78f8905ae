/** canonical + features -> the quality report, as a file and as a row. */
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import type { Json, JsonObject } from '#base/json.js';
import { writeFileDurably } from '#data/files/durable.js';
import { sha256 } from '#data/hash.js';
import { inputHashOf, makeParent, readMeta, writeMeta } from '#data/zones/file-meta.js';
import { qcReportId, zonePath, zonePlace } from '#data/zones/zone-path.js';
import type { DayQuality } from '#engine/book/day/day-quality.js';
import { percentOf, type QualityLimits } from '#engine/book/day/quality-alerts.js';
import { listQcReports, putQcReport, type QcReportRow } from '#store/qc-report.store.js';
import { metaInputs } from '../product.js';
import { findFileOf } from '../registry.service.js';
import type { Spec } from '../spec.js';
import type { StageEnd, StageRunner } from '../stage.js';
import { closeMinuteOf } from './derive.js';

export const checkStage: StageRunner = async (desk, order, end) => {
  const { day, spec } = order;
  const [events, features, raw] = await Promise.all([
    findFileOf(desk.db, { ...day, zone: 'canonical', kind: 'events' }),
    findFileOf(desk.db, { ...day, zone: 'derived', kind: 'features' }),
    findFileOf(desk.db, { ...day, zone: 'raw', kind: 'raw' }),
  ]);
  if (events === undefined) throw errors.missingInput(zonePlace('canonical', day));
  // Features of other rows would be judged beside these.
  const fitting = features?.inputs.some(({ sha256 }) => sha256 === events.sha256) === true ? features : undefined;
  const inputs = fitting === undefined ? [events] : [events, fitting];
  const params = { qc: spec.qc as JsonObject, tick: spec.tick ?? null, rth_close: spec.rth_close ?? null };
  const work = { stage: 'qc', codeVersion: desk.codeVersion, params, inputs: metaInputs(inputs) };
  const inputHash = inputHashOf(work);
  const path = zonePath.qc(day);
  const [known] = await listQcReports(desk.db, day);
  if (!order.force && known?.inputHash === inputHash && (await isThere())) {
    const said: StageEnd = { status: 'skipped', nRecords: events.nRecords, message: 'same inputs' };
    await desk.db.transaction().execute((tx) => end(tx, said));
    return said;
  }
  const facts = (await readMeta(desk.root, events.filePath))?.facts ?? {};
  const quality = await desk.compute.run(
    'checkDay',
    {
      path: join(desk.root, events.filePath),
      date: day.date,
      featuresPath: fitting === undefined ? null : join(desk.root, fitting.filePath),
      tick: spec.tick ?? null,
      bookErrors: Number(facts['book_errors'] ?? 0),
      limits: limitsOf(spec),
      rthCloseMinute: closeMinuteOf(spec.rth_close),
    },
    { signal: order.signal, onProgress: order.hear },
  );
  const report: Omit<QcReportRow, 'createdAtMs'> = {
    ...day,
    id: qcReportId(day),
    report: reportOf(quality),
    alerts: quality.alerts,
    rawSha256: raw?.sha256 ?? events.inputs[0]?.sha256 ?? null,
    inputHash,
    filePath: path,
  };
  const nowMs = desk.clock.nowMs();
  await keepFile(report, nowMs);
  const said: StageEnd = {
    status: 'completed',
    nRecords: quality.records,
    message: quality.alerts.length === 0 ? null : `${quality.alerts.length} alerts`,
  };
  await desk.db.transaction().execute(async (tx) => {
    await putQcReport(tx, report, nowMs);
    await end(tx, said);
  });
  return said;

  async function isThere(): Promise<boolean> {
    return (await readMeta(desk.root, path))?.inputHash === inputHash;
  }

  async function keepFile(of: typeof report, createdAtMs: number): Promise<void> {
    const createdAt = new Date(createdAtMs).toISOString();
    const { id, dataset, symbol, date, alerts, rawSha256 } = of;
    const text = `${JSON.stringify(
      { id, dataset, symbol, date, ...of.report, alerts, raw_sha256: rawSha256, created_at: createdAt },
      null,
      2,
    )}\n`;
    await makeParent(desk.root, path);
    await writeFileDurably(join(desk.root, path), text);
    await writeMeta(desk.root, path, {
      kind: 'qc',
      ...{ inputs: metaInputs(inputs), params, codeVersion: desk.codeVersion, inputHash },
      outputSha256: sha256(text),
      nRecords: quality.records,
      createdAt,
      facts: {},
    });
  }
};

const limitsOf = ({ qc }: Spec): QualityLimits => ({
  maxCrossedPct: qc.max_crossed_pct,
  maxLockedPct: qc.max_locked_pct,
  minRecords: qc.min_records,
  hiddenPctWarn: qc.hidden_pct_warn,
  maxGapMinutes: qc.max_gap_minutes,
});

/** The figures under the names of umiki.md 6. */
function reportOf(day: DayQuality): JsonObject {
  const report = {
    n_records: day.records,
    n_seq_gaps: day.seqGaps,
    n_bbo_crossed: day.bboCrossed,
    n_bbo_locked: day.bboLocked,
    spread_mean: day.spreadMean,
    spread_median: day.spreadMedian,
    action_dist: day.actions as { [key: string]: Json },
    n_trades: day.trades,
    n_mid_spread: day.midSpread,
    n_iceberg_refills: day.icebergRefills,
    mid_spread_pct: percentOf(day.midSpread, day.trades),
    iceberg_pct: percentOf(day.icebergRefills, day.trades),
    avg_r_mean: day.avgRMean,
    r_std_mean: day.rStdMean,
    hidden_trade_volume_mean: day.hiddenTradeVolumeMean,
    n_groups_a: day.groupsA,
    n_groups_b: day.groupsB,
    n_out_of_order: day.outOfOrder,
    n_book_errors: day.bookErrors,
  };
  return report;
}
