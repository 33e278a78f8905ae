/** The labelled matrix that training and backtests work on, from a stored matrix or a client's own file. */
import { errors } from '#base/errors.js';
import {
  addSessions,
  closeMinute,
  isCovered,
  isSession,
  nextSession,
  sessionCloseMs,
  sessionIndex,
} from '../calendar/exchange-calendar.js';
import { newYorkDay, newYorkTimeMs } from '../calendar/new-york-time.js';
import type { LabelledMatrix } from '../frame/matrix.js';
import { classesOf } from './class-column.js';
import { featureColumnsOf } from './feature-columns.js';
import { findColumn, findNumbers, gatherBytes, gatherIntegers, gatherNumbers, type Table } from './table.js';

export interface LabelledOptions {
  /** Columns or indicators that the client names. */
  readonly features?: readonly string[] | undefined;
  /** The list that a built matrix carries. */
  readonly featureColumns?: readonly string[] | undefined;
  /** The column to learn: `y`, else `y_syn`, when not given. A numeric column of other values is learned as its sign. */
  readonly target?: string | undefined;
  /** Bars a position is held; read from the matrix's own description, 1 for a foreign file. */
  readonly horizonBars?: number | undefined;
  /** A position ends with its session. By default: some session has more than one row. */
  readonly isIntraday?: boolean | undefined;
  /** Keep only rows of these sessions (day numbers, both included) and New York hours (intraday only). */
  readonly startDay?: number | undefined;
  readonly endDay?: number | undefined;
  readonly allowedHours?: readonly number[] | undefined;
}

export interface LabelledTable {
  readonly labelled: LabelledMatrix;
  /** Rows left out because their label is null. */
  readonly rowsDropped: number;
  /** Columns that the file lacks and that were derived from others. */
  readonly warnings: readonly string[];
}

/**
 * Rows in time order with their label; rows without a label are dropped.
 *
 * A foreign file needs `date` or `ts`, and a target. What else it lacks is derived: t0 from date and hour, t1 from the
 * horizon, the next bar's prices from the row that follows it without a gap. Throws `no_target` and `matrix_csv_invalid`.
 */
export function labelledFromTable(table: Table, options: LabelledOptions = {}): LabelledTable {
  const warnings: string[] = [];
  const time = timeOf(table, options, warnings);
  const y = classesOf(table, options.target);
  const rows = keptRows(time, y, options);
  const horizonBars = options.horizonBars ?? 1;
  const names = featureColumnsOf(table, { asked: options.features, listed: options.featureColumns });
  const number = (name: string) => findNumbers(table, name) ?? new Float64Array(table.rows).fill(Number.NaN);
  const ordered = orderOf(time, table.rows);
  const next = nextPrices(table, time, ordered, warnings);
  const horizonReturn =
    findNumbers(table, 'ret_fwd') ?? findNumbers(table, 'ret_next_hour') ?? number('ret_close_to_open');
  const labelled: LabelledMatrix = {
    features: { rows: rows.length, names, columns: names.map((name) => gatherNumbers(number(name), rows)) },
    t0Ms: gatherNumbers(time.t0Ms, rows),
    t1Ms: gatherNumbers(findNumbers(table, 't1') ?? labelEnds(time, horizonBars, warnings), rows),
    session: gatherIntegers(time.session, rows),
    hourEt: gatherIntegers(time.hourEt, rows),
    y: gatherBytes(y, rows),
    horizonReturn: gatherNumbers(horizonReturn, rows),
    barReturn: gatherNumbers(findNumbers(table, 'ret_bar') ?? next.barReturn, rows),
    open: gatherNumbers(number('open'), rows),
    close: gatherNumbers(number('close'), rows),
    nextOpen: gatherNumbers(next.open, rows),
    nextClose: gatherNumbers(next.close, rows),
    labelSide: gatherBytes(number('label_side'), rows),
    barIndex: gatherIntegers(findNumbers(table, 'bar_index') ?? time.position, rows),
    horizonBars,
    isIntraday: time.isIntraday,
  };
  return { labelled, rowsDropped: table.rows - rows.length, warnings };
}

interface TimeColumns {
  readonly t0Ms: Float64Array;
  readonly session: Int32Array;
  readonly hourEt: Int32Array;
  readonly isIntraday: boolean;
  /** Consecutive bars have consecutive numbers. */
  readonly position: Int32Array;
}

function timeOf(table: Table, options: LabelledOptions, warnings: string[]): TimeColumns {
  const ts = findColumn(table, 'ts')?.kind === 'time' ? findNumbers(table, 'ts') : undefined;
  const date = findNumbers(table, 'date');
  if (ts === undefined && date === undefined) throw errors.matrixCsvInvalid('a column ts or date is needed');
  const hour = findNumbers(table, 'hour_et');
  const session = Int32Array.from({ length: table.rows }, (_, row) =>
    sessionOf(date?.[row] ?? newYorkDay(ts![row]!), row),
  );
  const isIntraday = options.isIntraday ?? hasManyRowsADay(session);
  const hourEt = Int32Array.from(session, (_, row) => hour?.[row] ?? 9);
  if (ts === undefined) warnings.push('ts was derived from date and hour_et');
  const t0Ms = Float64Array.from(
    session,
    (day, row) => ts?.[row] ?? barEnd(day, isIntraday ? hourEt[row]! : undefined),
  );
  const bad = t0Ms.findIndex((ms) => !Number.isFinite(ms));
  if (bad >= 0) throw errors.matrixCsvInvalid('ts is missing', bad + 2);
  // Twenty-four places a session: hours within it are neighbours, the night between two is a gap.
  const position = Int32Array.from(
    session,
    (day, row) => sessionIndex(day) * (isIntraday ? 24 : 1) + (isIntraday ? hourEt[row]! : 0),
  );
  return { t0Ms, session, hourEt, isIntraday, position };
}

function sessionOf(day: number, row: number): number {
  if (!Number.isInteger(day)) throw errors.matrixCsvInvalid('date is missing', row + 2);
  if (!isCovered(day) || !isSession(day)) throw errors.matrixCsvInvalid('date is no session of the exchange', row + 2);
  return day;
}

function hasManyRowsADay(session: Int32Array): boolean {
  return new Set(session).size < session.length;
}

/** End of the hourly bar that starts in an hour, or the session's close. */
function barEnd(session: number, hour: number | undefined): number {
  if (hour === undefined) return sessionCloseMs(session);
  return newYorkTimeMs(session, Math.min((hour + 1) * 60, closeMinute(session)));
}

/** Without t1: the end of the next hour, or the close N sessions later. */
function labelEnds(time: TimeColumns, horizonBars: number, warnings: string[]): Float64Array {
  warnings.push('t1 was derived from the label horizon');
  return Float64Array.from(time.session, (session, row) => {
    if (time.isIntraday) return Math.min(barEnd(session, time.hourEt[row]! + 1), sessionCloseMs(session));
    return sessionCloseMs(addSessions(session, horizonBars));
  });
}

function orderOf({ t0Ms }: TimeColumns, rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row).sort((a, b) => t0Ms[a]! - t0Ms[b]! || a - b);
}

/** Prices of the next bar: those of the file, else of the row that follows without a gap. */
function nextPrices(table: Table, time: TimeColumns, ordered: Int32Array, warnings: string[]) {
  const [open, close] = [findNumbers(table, 'next_open'), findNumbers(table, 'next_close')];
  const derived = { open: nothing(table.rows), close: nothing(table.rows), barReturn: nothing(table.rows) };
  const [opens, closes] = [findNumbers(table, 'open'), findNumbers(table, 'close')];
  if (open === undefined || close === undefined) warnings.push('prices of the next bar were taken from the next row');
  for (let i = 0; i + 1 < ordered.length; i++) {
    const [row, later] = [ordered[i]!, ordered[i + 1]!];
    if (!isNextBar(time, row, later)) continue;
    derived.open[row] = opens?.[later] ?? Number.NaN;
    derived.close[row] = closes?.[later] ?? Number.NaN;
    derived.barReturn[row] = derived.close[row]! / (closes?.[row] ?? Number.NaN) - 1;
  }
  return { open: open ?? derived.open, close: close ?? derived.close, barReturn: derived.barReturn };
}

const nothing = (rows: number) => new Float64Array(rows).fill(Number.NaN);

function isNextBar({ isIntraday, session, position }: TimeColumns, row: number, later: number): boolean {
  if (isIntraday) return session[row] === session[later] && position[later] === position[row]! + 1;
  return session[later] === nextSession(session[row]!);
}

function keptRows(time: TimeColumns, y: Int8Array, options: LabelledOptions): Int32Array {
  const { startDay = -Infinity, endDay = Infinity, allowedHours } = options;
  const hours =
    allowedHours !== undefined && allowedHours.length > 0 && time.isIntraday ? new Set(allowedHours) : undefined;
  return orderOf(time, y.length).filter((row) => {
    const session = time.session[row]!;
    return (
      y[row]! >= 0 && session >= startDay && session <= endDay && (hours === undefined || hours.has(time.hourEt[row]!))
    );
  });
}
