/** Bars, indicators and a label become a matrix: checked for leaks, with its rows, its features and what a backtest needs. */
import { isIntradayInterval } from '../calendar/bar-interval.js';
import { formatTime } from '../calendar/civil-date.js';
import type { Bars } from '../frame/bars.js';
import { CLASS_NAMES, type LabelledMatrix } from '../frame/matrix.js';
import type { MarketData } from '../indicators/indicator.js';
import { type BandRule, bandRule } from '../labels/band.js';
import { horizonBarsOf, labelName } from '../labels/label-kind.js';
import { findMarketLeaks } from '../leakage/market-leaks.js';
import type { Leak } from '../leakage/mutate-future.js';
import { type BarColumn, baseColumns, indicatorColumns, labelColumns } from './bar-columns.js';
import { type FeaturePlan, planFeatures } from './feature-selection.js';
import { type Dropped, keepRows } from './keep-rows.js';
import { type LabelSide, labelSide } from './label-side.js';
import { marketUpTo } from './market-up-to.js';
import type { MatrixRequest } from './matrix-request.js';
import { type FlowWish, flowColumnNames, flowFeatureNames, optionFlowColumns } from './option-flow-columns.js';
import { findNumbers, gatherBytes, gatherIntegers, gatherNumbers, type Table, type TableColumn } from './table.js';
import { warmupBars } from './warm-up.js';

/** Data that were not there, and what is null for want of them. */
export interface MissingData {
  /** An indicator, `option flow`, or `label`. */
  readonly name: string;
  readonly reason: string;
}

export interface MatrixLeak {
  readonly column: string;
  readonly example: Leak['example'] & { readonly t: string };
}

export interface BuiltMatrix {
  /** The columns of sigma 10.4 in their order. */
  readonly table: Table;
  /** Undefined for the label `none`, which gives nothing to learn. */
  readonly labelled: LabelledMatrix | undefined;
  readonly featureColumns: readonly string[];
  readonly dropped: Dropped;
  readonly labelBalance: Readonly<Record<(typeof CLASS_NAMES)[number], number>>;
  readonly label: {
    readonly kind: string;
    readonly kSigma: number | null;
    readonly fixedBp: number | null;
    readonly horizonBars: number;
  };
  readonly isIntraday: boolean;
  /** Rows at the start in which some indicator may still be warming up. */
  readonly warmupRows: number;
  /** Features that use the future. A matrix with any must be refused (`errors.leakage`). */
  readonly leaks: readonly MatrixLeak[];
  readonly missing: readonly MissingData[];
  readonly warnings: readonly string[];
}

/** Cheap by design: it runs on every matrix. */
const LEAK_SEED = 2025;

/** Pure: the same request gives the same bytes. Zero rows are a result; the caller decides whether that is an error. */
export function buildMatrix(request: MatrixRequest): BuiltMatrix {
  const market = marketUpTo(request);
  const wish = request.flowColumns;
  const plan = planFeatures({
    ...request,
    isIntraday: isIntradayInterval(request.interval),
    flow: wish && { columns: flowColumnNames(wish), features: flowFeatureNames(wish) },
  });
  const rule = bandRule(request.label, request);
  const side = labelSide(market, request.label, rule);
  const base = marketColumns(market, wish);
  const computed = indicatorColumns(market, plan.indicators);
  const { rows, dropped } = keepRows(market.bars, side, request);
  const leaks = findMarketLeaks({
    market,
    compute: (seen) => featureColumns(seen, plan, request, rule),
    cuts: request.leakCheck?.cuts,
    seed: request.leakCheck?.seed ?? LEAK_SEED,
  });
  const columns = [...base, ...computed.columns, ...labelColumns(side)];
  const table = makeTable(request, market.bars, { columns, side, rows });
  const missing = [...computed.missing, ...missingOptions(request, market), ...missingLabel(side)];
  const longest = Math.max(0, ...plan.indicators.map((one) => warmupBars(one, market.bars)));
  return {
    table,
    labelled:
      request.label.kind === 'none' ? undefined : makeLabelled(request, market.bars, { columns, side, rows, plan }),
    featureColumns: plan.columns,
    dropped,
    labelBalance: balanceOf(side, rows),
    label: describeLabel(request, rule),
    isIntraday: side.isIntraday,
    warmupRows: rows.filter((row) => row < longest).length,
    leaks: leaks.map(({ column, example }) => ({
      column,
      example: { t: formatTime(market.bars.tsEndMs[example.row]!), ...example },
    })),
    missing,
    warnings: warningsOf(request, table, missing),
  };
}

/** Order of sigma 10.4: the option flow stands before the prices. */
function marketColumns(market: MarketData, wish: FlowWish | undefined): BarColumn[] {
  const prices = baseColumns(market);
  if (wish === undefined) return prices;
  const previousClose = prices.find(({ name }) => name === 'spy_prev_close')!.values;
  return [...optionFlowColumns(market, previousClose, wish), ...prices];
}

/** The features alone, as the leak check computes them anew on each changed market. */
function featureColumns(
  market: MarketData,
  plan: FeaturePlan,
  { label, flowColumns }: MatrixRequest,
  rule: BandRule,
): BarColumn[] {
  const known = [...indicatorColumns(market, plan.indicators).columns, ...marketColumns(market, flowColumns)];
  const isFound = (name: string) => known.some((column) => column.name === name);
  if (!plan.columns.every(isFound)) known.push(...labelColumns(labelSide(market, label, rule)));
  return plan.columns.flatMap((name) => known.find((column) => column.name === name) ?? []);
}

interface Parts {
  readonly columns: readonly BarColumn[];
  readonly side: LabelSide;
  readonly rows: Int32Array;
}

/** Order of sigma 10.4: keys, option flow, prices, indicators, label. */
function makeTable({ ticker, label }: MatrixRequest, bars: Bars, { columns, side, rows }: Parts): Table {
  const classes = Array.from(rows, (row) => (side.y[row]! < 0 ? '' : CLASS_NAMES[side.y[row]!]!));
  const isUnlabelled = label.kind === 'none';
  const keys: TableColumn[] = [
    { name: 'ts', kind: 'time', values: gatherNumbers(bars.tsEndMs, rows) },
    { name: 'date', kind: 'day', values: gatherNumbers(bars.session, rows) },
    { name: 'hour_et', kind: 'number', values: gatherNumbers(bars.hourEt, rows) },
    { name: 'ticker', kind: 'text', values: Array.from(rows, () => ticker) },
  ];
  const rest = columns
    .filter(({ name }) => name !== 'hour_et')
    .map((column): TableColumn => {
      if (column.name === 'y' || column.name === 'y_syn')
        return { name: column.name, kind: 'text', values: isUnlabelled ? Array.from(rows, () => '') : classes };
      return { name: column.name, kind: column.kind, values: gatherNumbers(column.values, rows) };
    });
  const position: TableColumn = { name: 'bar_index', kind: 'number', values: gatherNumbers(side.barIndex, rows) };
  const beforeT1 = rest.findIndex(({ name }) => name === 't1');
  return { rows: rows.length, columns: [...keys, ...rest.slice(0, beforeT1), position, ...rest.slice(beforeT1)] };
}

function makeLabelled(
  request: MatrixRequest,
  bars: Bars,
  { columns, side, rows, plan }: Parts & { plan: FeaturePlan },
): LabelledMatrix {
  const feature = (name: string) => gatherNumbers(columns.find((column) => column.name === name)!.values, rows);
  return {
    features: { rows: rows.length, names: plan.columns, columns: plan.columns.map(feature) },
    t0Ms: gatherNumbers(bars.tsEndMs, rows),
    t1Ms: gatherNumbers(side.t1Ms, rows),
    session: gatherIntegers(bars.session, rows),
    hourEt: gatherIntegers(bars.hourEt, rows),
    y: gatherBytes(side.y, rows),
    horizonReturn: gatherNumbers(side.horizonReturn, rows),
    barReturn: gatherNumbers(side.barReturn, rows),
    open: gatherNumbers(bars.open, rows),
    close: gatherNumbers(bars.close, rows),
    nextOpen: gatherNumbers(side.nextOpen, rows),
    nextClose: gatherNumbers(side.nextClose, rows),
    labelSide: gatherBytes(side.betSide, rows),
    barIndex: gatherIntegers(side.barIndex, rows),
    horizonBars: horizonBarsOf(request.label, request.interval),
    isIntraday: side.isIntraday,
  };
}

function balanceOf({ y }: LabelSide, rows: Int32Array): BuiltMatrix['labelBalance'] {
  const balance = { DOWN: 0, FLAT: 0, UP: 0 };
  for (const row of rows) if (y[row]! >= 0) balance[CLASS_NAMES[y[row]!]!]++;
  return balance;
}

const describeLabel = ({ label, interval }: MatrixRequest, rule: BandRule): BuiltMatrix['label'] => ({
  kind: labelName(label),
  kSigma: 'kSigma' in rule ? rule.kSigma : null,
  fixedBp: 'fixedBp' in rule ? rule.fixedBp : null,
  horizonBars: horizonBarsOf(label, interval),
});

const missingLabel = ({ missing }: LabelSide): MissingData[] =>
  missing === undefined ? [] : [{ name: 'label', reason: missing }];

function missingOptions({ flowColumns, ticker }: MatrixRequest, { flow, chain }: MarketData): MissingData[] {
  if (flowColumns === undefined) return [];
  const missing = [];
  if ((flow?.rows ?? 0) === 0)
    missing.push({ name: 'option flow', reason: `option volume by strike of ${ticker} is missing` });
  if (flowColumns.interest && (chain?.rows ?? 0) === 0)
    missing.push({ name: 'distance_to_max_pain, oi_concentration', reason: `option chains of ${ticker} are missing` });
  return missing;
}

function warningsOf(request: MatrixRequest, table: Table, missing: readonly MissingData[]): string[] {
  const warnings = missing.map(({ name, reason }) => `${name} is null: ${reason}`);
  const untraded = findNumbers(table, 'calls_sold_total')?.filter(Number.isNaN).length ?? 0;
  if (untraded > 0 && !missing.some(({ name }) => name === 'option flow')) {
    warnings.push(
      `option flow is null in ${untraded} of ${table.rows} rows: no option of the day is known to have been traded`,
    );
  }
  if (findNumbers(table, 'partial_source') !== undefined) {
    warnings.push('hour 9 holds trades from before the opening bell: its bars come from a vendor (partial_source = 1)');
  }
  if ((request.allowedHours?.length ?? 0) > 0 && !isIntradayInterval(request.interval)) {
    warnings.push(`allowed_hours drops no row of ${request.interval} bars`);
  }
  return warnings;
}
