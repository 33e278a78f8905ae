/**
 * `SELECT ... FROM t [WHERE ...] SAMPLE BY 1h [FILL(NONE|NULL|PREV)]`: aggregates by buckets of time, aligned to the calendar in UTC.
 *
 * What is selected and calls no function is a key, as in QuestDB; buckets and keys become a GROUP BY. FILL makes a row for
 * every bucket between the first and the last, for every key.
 */
import { quoted } from '../names.js';
import { clauseAt, type OuterSelect, outerSelect, type SelectItem, selectItems } from './select.js';
import { nameOf, type Token } from './tokens.js';

/** Buckets are counted from the epoch; weeks begin on Monday, and so does the day they are counted from. */
const UNITS: Readonly<Record<string, { readonly interval: string; readonly origin: string }>> = {
  s: { interval: 'second', origin: '1970-01-01' },
  m: { interval: 'minute', origin: '1970-01-01' },
  h: { interval: 'hour', origin: '1970-01-01' },
  d: { interval: 'day', origin: '1970-01-01' },
  w: { interval: 'week', origin: '1969-12-29' },
  M: { interval: 'month', origin: '1970-01-01' },
  y: { interval: 'year', origin: '1970-01-01' },
};

export function rewriteSampleBy(sql: string, tokens: readonly Token[]): string {
  const outer = outerSelect(sql, tokens);
  if (outer?.table === undefined) return sql;
  const clause = sampleClause(outer);
  if (clause === undefined) return sql;
  const columns = selectItems(outer).map((item) => columnOf(item, clause.bucket));
  if (columns.length === 0 || columns.some((column) => column === undefined)) return sql;
  const known = columns as SampledColumn[];
  const { top, select, from } = outer;
  const source = sql.slice(top[from]!.start, top[clause.at]!.start).trimEnd();
  const query = clause.fill === 'NONE' ? grouped(known, source, clause) : filled(known, source, clause);
  const rest = sql.slice(clause.end);
  const order = top.slice(clause.at).some(({ key }) => key === 'ORDER') ? '' : ' ORDER BY ALL_BUCKETS';
  return `${sql.slice(0, top[select]!.start)}SELECT ${starOf(known)} FROM (${query}) AS sampled${order.replace('ALL_BUCKETS', orderOf(known))}${rest}`;
}

interface SampleClause {
  readonly at: number;
  readonly end: number;
  readonly bucket: string;
  readonly step: string;
  readonly fill: 'NONE' | 'NULL' | 'PREV';
}

function sampleClause(outer: OuterSelect): SampleClause | undefined {
  const { top } = outer;
  const at = clauseAt(outer, 'SAMPLE', 'BY');
  if (at < 0) return undefined;
  let next = at + 2;
  // `1h` comes as a number and a word; `h` alone is one of them.
  const count = top[next]?.kind === 'number' ? Number(top[next++]!.text) : 1;
  const unit = UNITS[top[next]?.text ?? ''];
  if (unit === undefined || !Number.isInteger(count) || count < 1 || count > 1_000_000) return undefined;
  next++;
  let fill: SampleClause['fill'] = 'NONE';
  if (top[next]?.key === 'FILL') {
    const said = fillOf(outer, next);
    if (said === undefined) return undefined;
    fill = said;
    next += 3;
  }
  if (top[next]?.key === 'ALIGN') {
    if (top[next + 1]?.key !== 'TO' || top[next + 2]?.key !== 'CALENDAR') return undefined;
    next += 3;
  }
  const step = `INTERVAL '${count} ${unit.interval}'`;
  const bucket = `time_bucket(${step}, "timestamp", TIMESTAMP '${unit.origin}')`;
  return { at, end: top[next - 1]!.end, bucket, step, fill };
}

/** The word between the parentheses after FILL, which stand at depth 0 themselves. */
function fillOf({ sql, top }: OuterSelect, at: number): SampleClause['fill'] | undefined {
  const open = top[at + 1];
  const close = top[at + 2];
  if (open?.key !== '(' || close?.key !== ')') return undefined;
  const said = sql.slice(open.end, close.start).trim().toUpperCase();
  return said === 'NONE' || said === 'NULL' || said === 'PREV' ? said : undefined;
}

interface SampledColumn {
  readonly kind: 'bucket' | 'key' | 'aggregate';
  readonly expression: string;
  readonly name: string;
}

/** Undefined for what we do not understand, `*` above all: a bucket has no row of its own. */
function columnOf({ text, tokens }: SelectItem, bucket: string): SampledColumn | undefined {
  const { expression, name, expressionTokens } = withoutAlias(text, tokens);
  const callsFunction = expressionTokens.some(({ key }) => key === '(');
  const last = expressionTokens.at(-1);
  if (callsFunction) {
    const called = expressionTokens[0] && nameOf(expressionTokens[0]);
    return { kind: 'aggregate', expression, name: name ?? called?.toLowerCase() ?? 'value' };
  }
  const column = last && nameOf(last);
  const isColumn = column !== undefined && (expressionTokens.length === 1 || expressionTokens.at(-2)?.key === '.');
  if (!isColumn) return undefined;
  return column.toLowerCase() === 'timestamp'
    ? { kind: 'bucket', expression: bucket, name: name ?? 'timestamp' }
    : { kind: 'key', expression, name: name ?? column };
}

function withoutAlias(text: string, tokens: readonly Token[]) {
  const last = tokens.at(-1)!;
  const before = tokens.at(-2);
  const name = nameOf(last);
  const hasAs = before?.key === 'AS';
  const isBare = before !== undefined && name !== undefined && (before.key === ')' || nameOf(before) !== undefined);
  if (name === undefined || (!hasAs && !isBare)) return { expression: text, name: undefined, expressionTokens: tokens };
  const expressionTokens = tokens.slice(0, hasAs ? -2 : -1);
  const end = expressionTokens.at(-1)!.end - tokens[0]!.start;
  return { expression: text.slice(0, end), name, expressionTokens };
}

/** Inside, columns have names of ours, so that an alias can never be taken for a column of the table. */
function grouped(columns: readonly SampledColumn[], source: string, { bucket }: SampleClause): string {
  const list = [
    `${bucket} AS b`,
    ...columns.map(({ kind, expression }, index) => (kind === 'bucket' ? '' : `${expression} AS c${index}`)),
  ];
  const keys = columns.flatMap(({ kind, expression }) => (kind === 'key' ? [expression] : []));
  return `SELECT ${list.filter((item) => item !== '').join(', ')} ${source} GROUP BY ${[bucket, ...keys].join(', ')}`;
}

function filled(columns: readonly SampledColumn[], source: string, clause: SampleClause): string {
  const keys = columns.flatMap(({ kind }, index) => (kind === 'key' ? [`c${index}`] : []));
  const values = columns.flatMap(({ kind }, index) => (kind === 'aggregate' ? [`c${index}`] : []));
  const spine = `SELECT unnest(generate_series(min(b), max(b), ${clause.step})) AS b FROM buckets`;
  const places =
    keys.length === 0 ? `(${spine})` : `(${spine}) CROSS JOIN (SELECT DISTINCT ${keys.join(', ')} FROM buckets)`;
  const meets = ['p.b = g.b', ...keys.map((key) => `p.${key} IS NOT DISTINCT FROM g.${key}`)].join(' AND ');
  const window = `${keys.length === 0 ? '' : `PARTITION BY ${keys.map((key) => `p.${key}`).join(', ')} `}ORDER BY p.b`;
  const list = [
    'p.b',
    ...keys.map((key) => `p.${key}`),
    ...values.map((value) => fillValue(value, clause.fill, window)),
  ];
  return `WITH buckets AS (${grouped(columns, source, clause)}), places AS (SELECT * FROM ${places}) SELECT ${list.join(', ')} FROM places p LEFT JOIN buckets g ON ${meets}`;
}

/** Only a bucket without rows is filled: one whose aggregate is null keeps it. */
const fillValue = (value: string, fill: SampleClause['fill'], window: string): string =>
  fill === 'PREV'
    ? `CASE WHEN g.b IS NULL THEN last_value(g.${value} IGNORE NULLS) OVER (${window} ROWS UNBOUNDED PRECEDING) ELSE g.${value} END AS ${value}`
    : `g.${value} AS ${value}`;

const starOf = (columns: readonly SampledColumn[]): string =>
  columns.map(({ kind, name }, index) => `${kind === 'bucket' ? 'b' : `c${index}`} AS ${quoted(name)}`).join(', ');

const orderOf = (columns: readonly SampledColumn[]): string =>
  ['b', ...columns.flatMap(({ kind }, index) => (kind === 'key' ? [`c${index}`] : []))].join(', ');
