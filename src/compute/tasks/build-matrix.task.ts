/** Snapshots of bars become a matrix: its CSV bytes, what is to be said about it, and the columns that use the future. */
import { aggregateBars } from '#engine/calendar/aggregate-bars.js';
import type { BarInterval } from '#engine/calendar/bar-interval.js';
import { barsFromColumns } from '#engine/calendar/bars-from-columns.js';
import { priceAt } from '#engine/calendar/price-at.js';
import type { Bars } from '#engine/frame/bars.js';
import { wantsQuotes } from '#engine/indicators/option-data.js';
import { findIndicator, type IndicatorRequest, resolveIndicators } from '#engine/indicators/resolve.js';
import { parseLabelKind } from '#engine/labels/label-kind.js';
import { type BuiltMatrix, buildMatrix } from '#engine/matrix/build-matrix.js';
import { formatMatrixCsv } from '#engine/matrix/matrix-csv.js';
import type { MatrixRequest } from '#engine/matrix/matrix-request.js';
import { type FlowWish, isByStrike } from '#engine/matrix/option-flow-columns.js';
import { checkQuality, type QualityReport } from '#engine/matrix/quality.js';
import { type Cell, firstRows, type Table } from '#engine/matrix/table.js';
import { chainFromColumns, quotesFromColumns } from '#engine/options/chain-from-columns.js';
import { flowFromColumns } from '#engine/options/flow-from-columns.js';
import { parseBarsCsv } from '../bars-csv.js';
import { type OptionRole, parseChainCsv, parseFlowCsv } from '../options-csv.js';
import { defineTask } from '../task.js';

interface BarSource {
  readonly role: 'bars' | 'daily' | 'related';
  readonly ticker: string;
  readonly interval: BarInterval;
  /** A snapshot as `snapshotBars` makes them. */
  readonly csv: Uint8Array;
}

interface OptionSource {
  readonly role: OptionRole;
  readonly ticker: string;
  readonly interval: null;
  /** A snapshot as `snapshotOptions` makes them. */
  readonly csv: Uint8Array;
}

export type MatrixSource = BarSource | OptionSource;

const isBarSource = (source: MatrixSource): source is BarSource => source.interval !== null;

export interface BuildMatrixInput {
  readonly sources: readonly MatrixSource[];
  readonly ticker: string;
  readonly cadence: BarInterval;
  readonly indicators: readonly IndicatorRequest[];
  readonly features: readonly string[] | null;
  readonly label: { readonly kind: string; readonly params: Readonly<Record<string, unknown>> };
  /** Null for a matrix of shares, which has no option flow. */
  readonly flowColumns: FlowWish | null;
  /** A year, for volatilities that are solved from prices. */
  readonly riskFree: number;
  readonly kSigma: number | null;
  readonly fixedBp: number | null;
  readonly allowedHours: readonly number[] | null;
  readonly startDay: number;
  readonly endDay: number;
  /** Rows to show as objects; 0 for none. */
  readonly sampleRows: number;
  /** Also give the option flow by strike as a CSV of its own. */
  readonly dumpsFlow: boolean;
}

export interface BuildMatrixOutput
  extends Pick<
    BuiltMatrix,
    | 'featureColumns'
    | 'dropped'
    | 'labelBalance'
    | 'label'
    | 'isIntraday'
    | 'warmupRows'
    | 'leaks'
    | 'missing'
    | 'warnings'
  > {
  readonly csv: Uint8Array;
  /** Null where it was not asked for, or there are no flow columns. */
  readonly flowCsv: Uint8Array | null;
  readonly rows: number;
  readonly columns: readonly string[];
  /** End of the last bar that was looked at, epoch milliseconds. */
  readonly lastKnownMs: number | null;
  readonly quality: QualityReport;
  readonly sample: readonly Record<string, Cell>[];
}

export const buildMatrixTask = defineTask({
  name: 'buildMatrix',
  run: (input: BuildMatrixInput): BuildMatrixOutput => {
    const barsOf = (role: 'bars' | 'daily' | 'related') =>
      input.sources
        .filter(isBarSource)
        .filter((source) => source.role === role)
        .map((source) => ({
          ticker: source.ticker,
          interval: source.interval,
          report: barsFromColumns(parseBarsCsv(textOf(source)), { interval: source.interval }),
        }));
    const [own] = barsOf('bars');
    const bars = atCadence(own!.report.bars, own!.interval, input.cadence);
    const [daily] = barsOf('daily');
    const built = buildMatrix({
      ticker: input.ticker,
      interval: input.cadence,
      bars,
      daily: daily?.report.bars,
      related: Object.fromEntries(barsOf('related').map(({ ticker, report }) => [ticker, report.bars])),
      ...optionsOf(input, own!.report.bars),
      flowColumns: input.flowColumns ?? undefined,
      indicators: resolveIndicators(input.indicators),
      features: input.features ?? undefined,
      label: parseLabelKind(input.label.kind, input.label.params),
      kSigma: input.kSigma ?? undefined,
      fixedBp: input.fixedBp ?? undefined,
      allowedHours: input.allowedHours ?? undefined,
      startDay: input.startDay,
      endDay: input.endDay,
    });
    const { table, labelled: _, ...said } = built;
    return {
      ...said,
      warnings: [...said.warnings, ...sourceWarnings(own!.report)],
      csv: new TextEncoder().encode(formatMatrixCsv(table)),
      flowCsv: input.dumpsFlow && input.flowColumns !== null ? encodeFlow(table) : null,
      rows: table.rows,
      columns: table.columns.map(({ name }) => name),
      lastKnownMs: bars.rows === 0 ? null : bars.tsEndMs[bars.rows - 1]!,
      quality: checkQuality(table, {
        featureColumns: built.featureColumns,
        warmupRows: built.warmupRows,
        horizonBars: built.label.horizonBars,
        leaks: built.leaks,
        missing: built.missing,
      }),
      sample: firstRows(table, input.sampleRows),
    };
  },
  transfer: ({ csv, flowCsv }) =>
    [csv, ...(flowCsv === null ? [] : [flowCsv])].map(({ buffer }) => buffer as ArrayBuffer),
});

/** The keys and what was traded by strike. */
function encodeFlow({ rows, columns }: Table): Uint8Array {
  const isShown = (name: string) => ['ts', 'date', 'hour_et', 'ticker'].includes(name) || isByStrike(name);
  return new TextEncoder().encode(formatMatrixCsv({ rows, columns: columns.filter(({ name }) => isShown(name)) }));
}

const textOf = ({ csv }: MatrixSource) => new TextDecoder().decode(csv);

/** Volatilities are solved with the finest bars there are: what the spot was when a snapshot was taken. */
function optionsOf(
  { sources, riskFree, indicators, features }: BuildMatrixInput,
  bars: Bars,
): Pick<MatrixRequest, 'chain' | 'quotes' | 'flow'> {
  const [chain, flow] = (['chain', 'flow'] as const).map((role) => sources.find((source) => source.role === role));
  const context = { spotAt: (ms: number) => priceAt(bars, ms), rate: riskFree };
  const raw = chain && parseChainCsv(textOf(chain));
  const named = [...indicators, ...(features ?? []).filter(namesIndicator)];
  return {
    ...(raw && { chain: chainFromColumns(raw, context) }),
    // Each of their volatilities is solved: not for nobody.
    ...(raw && resolveIndicators(named).some(wantsQuotes) && { quotes: quotesFromColumns(raw, context) }),
    ...(flow && { flow: flowFromColumns(parseFlowCsv(textOf(flow))) }),
  };
}

const namesIndicator = (name: string) => findIndicator(name.split('__')[0]!) !== undefined;

const atCadence = (bars: Bars, from: BarInterval, to: BarInterval) =>
  from === to ? bars : aggregateBars(bars, from, to);

/** Rows that broke the rules of a bar are left out, never repaired; whoever sent them should hear of it. */
function sourceWarnings({ dropped }: ReturnType<typeof barsFromColumns>): string[] {
  const told = [
    [dropped.invalid, 'invalid bars were left out'],
    [dropped.offSession, 'bars on days without a session were left out'],
    [dropped.duplicates, 'earlier bars of the same time were left out'],
  ] as const;
  return told.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
}
