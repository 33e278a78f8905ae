/** How good a matrix is (sigma 10.7): one verdict with the checks behind it. Of a built matrix or of a client's own file. */
import { CLASS_NAMES } from '../frame/matrix.js';
import type { MatrixLeak, MissingData } from './build-matrix.js';
import { classesOf } from './class-column.js';
import { correlationFlags, type LeakageFlag } from './correlation-flags.js';
import { findColumn, findNumbers, type Table } from './table.js';

export interface NullShare {
  readonly column: string;
  /** Percent of the rows after the warm-up. */
  readonly nanPct: number;
}

export interface QualityReport {
  /** False when a check fails. The correlation flags of `leakage` only warn; leaks that the future proved fail. */
  readonly ok: boolean;
  readonly monotonicTime: { readonly ok: boolean; readonly violations: number };
  readonly nonNegativeVol: { readonly ok: boolean; readonly negPct: number; readonly checked: readonly string[] };
  readonly sessionAlignment: { readonly ok: boolean; readonly offPct: number };
  readonly ivSanity: { readonly ok: boolean; readonly outOfRangePct: number; readonly checked: readonly string[] };
  /** Why columns (or labels) are null for want of data; empty for a foreign file, which cannot say. */
  readonly missingData: readonly MissingData[];
  readonly nan: { readonly warn: readonly string[]; readonly fail: readonly string[] };
  readonly leakage: { readonly ok: boolean; readonly flags: readonly LeakageFlag[] };
  readonly duplicates: { readonly ok: boolean; readonly count: number };
  readonly labelBalance: Readonly<Record<string, number>>;
  /** Rows by New York hour. */
  readonly coverageByHour: Readonly<Record<string, number>>;
  readonly nanStats: readonly NullShare[];
  readonly warn: readonly NullShare[];
  readonly fail: readonly NullShare[];
}

export interface QualityOptions {
  readonly featureColumns: readonly string[];
  /** Rows at the start in which indicators warm up; by default the longest run of leading nulls of a feature, at most a year of sessions. */
  readonly warmupRows?: number | undefined;
  readonly horizonBars?: number | undefined;
  /** What the mutate-the-future check found when the matrix was built. */
  readonly leaks?: readonly MatrixLeak[] | undefined;
  /** Data that the build did not find. */
  readonly missing?: readonly MissingData[] | undefined;
}

const NULL_WARN_PCT = 10;
const NULL_FAIL_PCT = 30;
const OFF_PCT_MAX = 5;
const WARMUP_ROWS_MAX = 252;
const REQUIRED = ['open', 'high', 'low', 'close', 'volume'];

export function checkQuality(table: Table, options: QualityOptions): QualityReport {
  const times = timesOf(table);
  const monotonicTime = monotonic(times);
  const duplicates = repeated(times, table);
  const nonNegativeVol = negativeVolumes(table);
  const sessionAlignment = alignment(findNumbers(table, 'hour_et'));
  const ivSanity = impliedVolatilities(table);
  const nanStats = nullShares(table, options);
  const isJudged = (column: string) => options.featureColumns.includes(column) || REQUIRED.includes(column);
  const judged = nanStats.filter(({ column }) => isJudged(column));
  const fail = judged.filter(({ nanPct }) => nanPct >= NULL_FAIL_PCT);
  const warn = judged.filter(({ nanPct }) => nanPct >= NULL_WARN_PCT && nanPct < NULL_FAIL_PCT);
  const proved = (options.leaks ?? []).map(
    ({ column }): LeakageFlag => ({ column, corr: null, reason: 'changes when only its future changes' }),
  );
  const flags = [...proved, ...correlationFlags(table, options)];
  const checks = [monotonicTime, duplicates, nonNegativeVol, sessionAlignment, ivSanity];
  return {
    ok: checks.every(({ ok }) => ok) && fail.length === 0 && proved.length === 0,
    monotonicTime,
    nonNegativeVol,
    sessionAlignment,
    ivSanity,
    missingData: options.missing ?? [],
    nan: { warn: warn.map(({ column }) => column), fail: fail.map(({ column }) => column) },
    leakage: { ok: flags.length === 0, flags },
    duplicates,
    labelBalance: balance(table),
    coverageByHour: coverage(findNumbers(table, 'hour_et')),
    nanStats,
    warn,
    fail,
  };
}

/** `ts`, else date and hour. */
function timesOf(table: Table): Float64Array {
  const ts = findNumbers(table, 'ts');
  if (ts !== undefined) return ts;
  const [date, hour] = [findNumbers(table, 'date'), findNumbers(table, 'hour_et')];
  return Float64Array.from({ length: table.rows }, (_, row) => (date?.[row] ?? Number.NaN) * 24 + (hour?.[row] ?? 0));
}

/** Rows that stand before the row above them, or have no time. */
function monotonic(times: Float64Array) {
  let violations = 0;
  times.forEach((time, row) => {
    if (Number.isNaN(time) || (row > 0 && time < times[row - 1]!)) violations++;
  });
  return { ok: violations === 0, violations };
}

/** Rows of a time that stood there before, for the same ticker. */
function repeated(times: Float64Array, table: Table) {
  const ticker = findColumn(table, 'ticker');
  const key = (row: number) => `${times[row]} ${ticker?.kind === 'text' ? ticker.values[row] : ''}`;
  const count = table.rows - new Set(Array.from({ length: table.rows }, (_, row) => key(row))).size;
  return { ok: count === 0, count };
}

const isSigned = (name: string) => name.includes('_zscore') || name.startsWith('close_vs_');

function negativeVolumes(table: Table) {
  const checked = numericNames(table).filter(
    (name) => (name.includes('vol') || name.startsWith('atr_')) && !isSigned(name),
  );
  const negPct = sharePct(
    checked.map((name) => findNumbers(table, name)!),
    (value) => value < 0,
  );
  return { ok: negPct === 0, negPct, checked };
}

const SIGNED_IV = ['spread', 'skew', 'slope', 'delta', 'zscore', 'wings'];
/** 500 percent a year. */
const IV_MAX = 5;

function impliedVolatilities(table: Table) {
  const checked = numericNames(table).filter((name) => {
    const tokens = name.toLowerCase().split('_');
    return tokens.includes('iv') && !tokens.some((token) => SIGNED_IV.includes(token));
  });
  const outOfRangePct = sharePct(
    checked.map((name) => findNumbers(table, name)!),
    (value) => value < 0 || value > IV_MAX,
  );
  return { ok: outOfRangePct <= OFF_PCT_MAX, outOfRangePct, checked };
}

/** Hours 9 to 16 are the session's; a row without hour is not counted. */
function alignment(hours: Float64Array | undefined) {
  const offPct = sharePct(hours === undefined ? [] : [hours], (hour) => hour < 9 || hour > 16);
  return { ok: offPct <= OFF_PCT_MAX, offPct };
}

/** Percent of the known values for which something holds; 0 where nothing is known. */
function sharePct(columns: readonly Float64Array[], holds: (value: number) => boolean): number {
  let [known, found] = [0, 0];
  for (const values of columns) {
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      known++;
      if (holds(value)) found++;
    }
  }
  return known === 0 ? 0 : (100 * found) / known;
}

const LABEL_SIDE = [
  'ret_next_hour',
  'ret_fwd',
  'ret_bar',
  'next_open',
  'next_close',
  'bar_index',
  't1',
  'label_side',
  'y',
  'y_syn',
  'ts',
  'date',
];

const numericNames = (table: Table) =>
  table.columns
    .filter(({ kind, name }) => (kind === 'number' || kind === 'flag') && !LABEL_SIDE.includes(name))
    .map(({ name }) => name);

function nullShares(table: Table, { featureColumns, warmupRows }: QualityOptions): NullShare[] {
  const wanted = warmupRows ?? leadingNulls(table, featureColumns);
  // A matrix that is nothing but warm-up is judged whole: else it would pass for lack of evidence.
  const from = wanted < table.rows ? wanted : 0;
  return numericNames(table).map((column) => {
    const values = findNumbers(table, column)!.subarray(from);
    const nulls = values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
    return { column, nanPct: values.length === 0 ? 0 : (100 * nulls) / values.length };
  });
}

function leadingNulls(table: Table, columns: readonly string[]): number {
  const runs = columns.map((name) => findNumbers(table, name)?.findIndex((value) => !Number.isNaN(value)) ?? 0);
  return Math.min(WARMUP_ROWS_MAX, Math.max(0, ...runs));
}

/** Rows by class; empty where the file has no label that can be read. */
function balance(table: Table): Record<string, number> {
  if (findColumn(table, 'y') === undefined && findColumn(table, 'y_syn') === undefined) return {};
  const counts = { DOWN: 0, FLAT: 0, UP: 0 };
  if (!hasLabel(table)) return counts;
  for (const y of classesOf(table, undefined)) if (y >= 0) counts[CLASS_NAMES[y]!]++;
  return counts;
}

const hasLabel = (table: Table) =>
  ['y', 'y_syn'].some((name) => {
    const column = findColumn(table, name);
    if (column === undefined) return false;
    return column.kind === 'text'
      ? column.values.some((cell) => cell !== '')
      : column.values.some((value) => !Number.isNaN(value));
  });

function coverage(hours: Float64Array | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const hour of hours ?? []) if (!Number.isNaN(hour)) counts[String(hour)] = (counts[String(hour)] ?? 0) + 1;
  return counts;
}
