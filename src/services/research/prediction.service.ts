/** The predictions of a run: one row a bar and fold, in the measurement the run names (stage1.md 4.2). */
import { PassThrough, type Readable, Transform } from 'node:stream';
import type { AppendReport, BatchColumn, Measurement, MeasurementStore } from '#data/timeseries/port.js';
import type { RunListed } from '#store/run.store.js';

/** Columns of equal length, ascending by time then fold; NaN is "none". */
export interface Predictions {
  readonly timestampUs: Float64Array;
  readonly barIndex: readonly number[];
  readonly foldNumber: readonly number[];
  readonly prediction: Float64Array;
  readonly target: Float64Array;
  /** threshold_0, threshold_1, ... */
  readonly thresholds: readonly Float64Array[];
}

export interface PredictionSelection {
  readonly fold?: number | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

export interface PredictionStream {
  readonly columns: readonly string[];
  /** CSV with a header row, as exportCsv writes it: every cell a number or empty. */
  readonly csv: Readable;
}

/** Adds rows, or replaces those of the same time and fold. */
export function appendPredictions(
  desk: { measurements: MeasurementStore },
  run: { predictionMeasurement: string },
  rows: Predictions,
): Promise<AppendReport> {
  const columns: BatchColumn[] = [
    { name: 'bar_index', type: 'BIGINT', values: rows.barIndex },
    { name: 'fold_number', type: 'BIGINT', values: rows.foldNumber },
    { name: 'prediction', type: 'DOUBLE', values: rows.prediction },
    { name: 'target', type: 'DOUBLE', values: rows.target },
    ...rows.thresholds.map((values, i) => ({ name: `threshold_${i}`, type: 'DOUBLE' as const, values })),
  ];
  return desk.measurements.append(run.predictionMeasurement, { timestampUs: rows.timestampUs, columns });
}

/** Streams a run's predictions under the names of the contract, whatever their writer called them. */
export async function readPredictions(
  desk: { measurements: MeasurementStore },
  run: RunListed,
  selection: PredictionSelection,
  signal?: AbortSignal,
): Promise<PredictionStream> {
  const measurement = await desk.measurements.find(run.predictionMeasurement);
  const outputs = outputsOf(measurement, run);
  const columns = outputs.map((output) => output.name);
  if (measurement === undefined) return { columns, csv: headerAlone(columns) };
  const sql = selectSql(measurement.name, outputs, selection);
  return { columns, csv: await desk.measurements.exportCsv(sql, signal === undefined ? {} : { signal }) };
}

/** Turns CSV rows of numbers into JSON arrays of arrays, without the header: `[1,2,null],[...`. */
export function csvRowsAsJson(onRow: () => void): Transform {
  let rest = '';
  let isHeader = true;
  let isFirst = true;
  const toJson = (line: string): string => {
    if (isHeader) {
      isHeader = false;
      return '';
    }
    onRow();
    const cells = line.split(',').map((cell) => (NUMBER.test(cell) ? cell : 'null'));
    const separator = isFirst ? '' : ',';
    isFirst = false;
    return `${separator}[${cells.join(',')}]`;
  };
  return new Transform({
    decodeStrings: true,
    transform(chunk: Buffer, _encoding, done) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      done(null, lines.map(toJson).join(''));
    },
    flush(done) {
      done(null, rest === '' ? '' : toJson(rest));
    },
  });
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

interface Output {
  readonly name: string;
  readonly sql: string;
  /** Of the measurement, where it stands for one. */
  readonly column?: string | undefined;
}

/** A name that no writer of measurements has a use for. */
const RUNNING = '_almanac_row';

const NAMED_THRESHOLDS = ['long_threshold', 'short_threshold', 'roc_threshold', 'short_entry_threshold'];

function outputsOf(measurement: Measurement | undefined, run: RunListed): readonly Output[] {
  const columns = new Map(measurement?.columns.map((column) => [column.name.toLowerCase(), column.name]));
  const first = (...names: string[]) => names.map((name) => columns.get(name)).find((name) => name !== undefined);
  const double = (name: string | undefined) =>
    name === undefined ? 'CAST(NULL AS DOUBLE)' : `TRY_CAST(${quoted(name)} AS DOUBLE)`;
  const integer = (name: string | undefined, otherwise: string) =>
    name === undefined ? otherwise : `TRY_CAST(${quoted(name)} AS BIGINT)`;
  const fold = integer(first('fold_number', 'fold'), 'CAST(0 AS BIGINT)');
  return [
    { name: 'timestamp', sql: '"timestamp"' },
    { name: 'bar_index', sql: integer(first('bar_index', 'index'), `${quoted(RUNNING)} - 1`) },
    { name: 'fold_number', sql: fold, column: first('fold_number', 'fold') },
    { name: 'prediction', sql: double(first('prediction', 'prediction_value')) },
    { name: 'target', sql: double(first('target', 'target_value')) },
    ...thresholdsOf(columns, run).map((sql, i) => ({ name: `threshold_${i}`, sql })),
  ];
}

function thresholdsOf(columns: ReadonlyMap<string, string>, run: RunListed): readonly string[] {
  const numbered: string[] = [];
  for (let i = 0; columns.has(`threshold_${i}`); i++) numbered.push(columns.get(`threshold_${i}`)!);
  const named = NAMED_THRESHOLDS.flatMap((name) => columns.get(name) ?? []);
  const found = numbered.length > 0 ? numbered : named;
  if (found.length > 0) return found.map((name) => `TRY_CAST(${quoted(name)} AS DOUBLE)`);
  return run.thresholds.map((threshold) => `CAST(${threshold} AS DOUBLE)`);
}

function selectSql(measurement: string, outputs: readonly Output[], { fold, limit, offset }: PredictionSelection) {
  const inner = outputs.map(({ name, sql }) => `${sql} AS ${quoted(name)}`).join(', ');
  const where = fold === undefined ? '' : ` WHERE "fold_number" = ${fold}`;
  const page = `${limit === undefined ? '' : ` LIMIT ${limit}`}${offset === undefined ? '' : ` OFFSET ${offset}`}`;
  const isNumbered = outputs.some(({ sql }) => sql.includes(RUNNING));
  const from = isNumbered ? `(${numberedSql(measurement, outputs)}) AS numbered` : quoted(measurement);
  // The filter stands outside, so that the running bar_index counts every row and not only those of the fold.
  return `SELECT * FROM (SELECT ${inner} FROM ${from}) AS predictions${where} ORDER BY "timestamp", "fold_number"${page}`;
}

/** QuestDB numbers rows only by columns of a table, and only in a SELECT of its own. */
function numberedSql(measurement: string, outputs: readonly Output[]): string {
  const fold = outputs.find(({ name }) => name === 'fold_number')?.column;
  const order = ['timestamp', ...(fold === undefined ? [] : [fold])].map(quoted).join(', ');
  return `SELECT *, row_number() OVER (ORDER BY ${order}) AS ${quoted(RUNNING)} FROM ${quoted(measurement)}`;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

function headerAlone(columns: readonly string[]): Readable {
  const stream = new PassThrough();
  stream.end(`${columns.join(',')}\n`);
  return stream;
}
