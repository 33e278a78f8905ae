/** Rolling features of series without holes by WebAssembly: the bytes of `rolling-moments.ts` and `rolling-extreme.ts`, sooner. */
import { growTo, KERNEL_BASE_BYTES, type KernelHost, type KernelModule } from '../kernels/kernel.js';
import { rollingWasm } from '../kernels/rolling.wasm.generated.js';
import type { FeatureColumn } from './demand-feature.js';
import type { WindowTerms } from './rolling-moments.js';

/** `first` and `second` are where the terms of two windows stand, in the order of `TERMS`. */
type Moments = (values: number, rows: number, first: number, second: number) => void;

/** Addresses in bytes, 0 for a column that is not wanted; rows before `known` are NaN. */
type Extremes = (
  values: number,
  rows: number,
  window: number,
  known: number,
  low: number,
  high: number,
  ends: number,
) => void;

interface RollingExports {
  isWhole(values: number, rows: number): number;
  readonly moments32: Moments;
  readonly moments64: Moments;
  readonly extremes32: Extremes;
  readonly extremes64: Extremes;
}

const rollingKernel: KernelModule<RollingExports> = { name: 'rolling', base64: rollingWasm };

/** Columns of one window; those that are not wanted are undefined. */
export interface WindowColumns {
  readonly mean?: FeatureColumn | undefined;
  readonly std?: FeatureColumn | undefined;
  readonly sum?: FeatureColumn | undefined;
  readonly min?: FeatureColumn | undefined;
  readonly max?: FeatureColumn | undefined;
}

export interface WindowPlan {
  readonly terms: WindowTerms;
  readonly columns: WindowColumns;
}

/** The longest series that the memory takes; a longer one is for the twins. */
const ROWS_MAX = 4_000_000;
const WINDOW_MAX = 4096;
const NAMES = ['mean', 'std', 'sum', 'min', 'max'] as const;

/** One memory a host: a thread fills one series at a time, and a memory reserves more addresses than a panel is worth. */
const rooms = new WeakMap<KernelHost, ReturnType<typeof openRoom>>();

function roomOf(host: KernelHost) {
  const known = rooms.get(host);
  if (known !== undefined) return known;
  const room = openRoom(host);
  rooms.set(host, room);
  return room;
}

/** What the kernel is told of a window: 32-bit numbers, the columns by their addresses. */
const TERMS = ['window', 'known', 'mean', 'std', 'sum'] as const;

const ENDS_BYTES = 16 * (WINDOW_MAX + 2);
const TERMS_BYTES = 64;
const COLUMNS_AT = KERNEL_BASE_BYTES + ENDS_BYTES + 2 * TERMS_BYTES;

/** The ends of a block, the terms of two windows, values, and five columns of results for each of two windows. */
function openRoom(host: KernelHost) {
  const bytesOf = (rows: number) => COLUMNS_AT + 8 * (1 + 2 * NAMES.length) * (rows + 8);
  const memory = host.memory(bytesOf(0), bytesOf(ROWS_MAX));
  const kernel = host.instantiate(rollingKernel, memory);
  return {
    kernel,
    /** Views for series of one length: most have the length of the one before. */
    views: viewsOf(memory.buffer, 0, false),
    prepare(rows: number, isSingle: boolean) {
      if (this.views.rows === rows && this.views.isSingle === isSingle) return this.views;
      growTo(memory, bytesOf(rows));
      this.views = viewsOf(memory.buffer, rows, isSingle);
      return this.views;
    },
  };
}

function viewsOf(buffer: ArrayBufferLike, rows: number, isSingle: boolean) {
  const start = (column: number) => COLUMNS_AT + 8 * column * (rows + 8);
  const column = (i: number): FeatureColumn =>
    isSingle ? new Float32Array(buffer, start(i), rows) : new Float64Array(buffer, start(i), rows);
  const lane = (from: number) => NAMES.map((_, i) => ({ at: start(from + i), view: column(from + i) }));
  return {
    rows,
    isSingle,
    at: start(0),
    values: new Float64Array(buffer, start(0), rows),
    lanes: [lane(1), lane(1 + NAMES.length)],
    terms: [0, 1].map((i) => new Int32Array(buffer, termsAt(i), TERMS.length)),
  };
}

const termsAt = (lane: number) => KERNEL_BASE_BYTES + ENDS_BYTES + lane * TERMS_BYTES;

type Views = ReturnType<typeof viewsOf>;

interface Job extends WindowTerms {
  /** In the order of NAMES. */
  readonly out: readonly (FeatureColumn | undefined)[];
}

/**
 * Fills one series, rows `from` to `to`, whose days follow each other; tells false, having done nothing, where a value is missing.
 * Undefined where the kernel does not take the columns: none, two kinds of them, huge windows.
 */
export function rollByKernel(
  host: KernelHost,
  plans: readonly WindowPlan[],
): ((from: number, to: number) => boolean) | undefined {
  const all = plans.flatMap(({ columns }) => Object.values(columns).filter((column) => column !== undefined));
  const isSingle = all[0] instanceof Float32Array;
  if (all.length === 0 || all.some((column) => column instanceof Float32Array !== isSingle)) return undefined;
  if (plans.some(({ terms: { window } }) => window > WINDOW_MAX)) return undefined;
  const room = roomOf(host);
  const { kernel } = room;
  const moments = isSingle ? kernel.moments32 : kernel.moments64;
  const extremes = isSingle ? kernel.extremes32 : kernel.extremes64;
  const jobs = plans.map(({ terms, columns }): Job => ({ ...terms, out: NAMES.map((name) => columns[name]) }));
  const pairs = jobs.flatMap((_, i) => (i % 2 === 0 ? [jobs.slice(i, i + 2)] : []));
  return (from, to) => {
    const rows = to - from;
    if (rows > ROWS_MAX) return false;
    const views = room.prepare(rows, isSingle);
    views.values.set(jobs[0]!.values.subarray(from, to));
    if (!kernel.isWhole(views.at, rows)) return false;
    for (const pair of pairs) {
      // A window alone stands in both lanes, and writes what it writes twice.
      tell(views, 0, pair[0]!, 0);
      tell(views, 1, pair[1] ?? pair[0]!, pair.length - 1);
      if (pair.some(hasMoments)) moments(views.at, rows, termsAt(0), termsAt(1));
      for (let i = 0; i < pair.length; i++) rollExtremes(extremes, views, pair[i]!, i);
      for (let i = 0; i < pair.length; i++) copyOut(views, pair[i]!, i, from);
    }
    return true;
  };
}

const hasMoments = ({ out }: Job) => out[0] !== undefined || out[1] !== undefined || out[2] !== undefined;

/** A window cannot hold more values than it has days. */
const knownFrom = ({ window, minPeriods }: Job, rows: number) =>
  minPeriods > window ? rows : Math.min(rows, Math.max(1, minPeriods));

const address = ({ lanes }: Views, { out }: Job, lane: number, name: number) =>
  out[name] === undefined ? 0 : lanes[lane]![name]!.at;

function tell(views: Views, lane: number, job: Job, columns: number): void {
  const terms = views.terms[lane]!;
  terms[0] = job.window;
  terms[1] = knownFrom(job, views.rows);
  for (let i = 0; i < 3; i++) terms[2 + i] = address(views, job, columns, i);
}

function rollExtremes(extremes: Extremes, views: Views, job: Job, lane: number): void {
  const low = address(views, job, lane, 3);
  const high = address(views, job, lane, 4);
  if (low + high === 0) return;
  extremes(views.at, views.rows, job.window, knownFrom(job, views.rows), low, high, KERNEL_BASE_BYTES);
}

function copyOut({ lanes }: Views, { out }: Job, lane: number, from: number): void {
  for (let i = 0; i < out.length; i++) out[i]?.set(lanes[lane]![i]!.view, from);
}
