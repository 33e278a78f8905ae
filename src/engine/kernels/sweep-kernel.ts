/** The compiled kernel of sweeps on its memory: what `sweep-stance.ts` and `sweep.ts` say, the latter for two rates of costs at a time. */
import { growTo, KERNEL_BASE_BYTES, type KernelHost, type KernelModule } from './kernel.js';
import type { StanceShape } from './sweep.js';
import { sweepWasm } from './sweep.wasm.generated.js';
import { HEAD, LANES, type Layout, layOut, sheetOn } from './sweep-layout.js';
import type { SweepSheet } from './sweep-sheet.js';
import type { Stance, TrackColumns, Wish } from './sweep-stance.js';

/** Where stances are worked out, one at a time. */
export interface SweepRoom {
  /** A sheet for that many bars and rates; what was on an earlier one is gone. */
  sheet(bars: number, rates: number): SweepSheet;
  hold(sheet: SweepSheet, track: TrackColumns, wish: Wish): Stance;
  /** Fills the sheet's `figures` from its columns and its first `rates` rates. */
  earn(sheet: SweepSheet, shape: StanceShape, rates: number): void;
}

/** `head` is where the addresses of the columns stand, in the order of `HEAD`; other terms as in `Wish` and `StanceShape`. */
interface SweepExports {
  hold(
    head: number,
    candidates: number,
    bars: number,
    horizonBars: number,
    rules: number,
    exitThreshold: number,
    confCap: number,
  ): void;
  earn(
    head: number,
    count: number,
    trades: number,
    bars: number,
    sessions: number,
    worst: number,
    registers: number,
  ): void;
}

export const sweepKernel: KernelModule<SweepExports> = { name: 'sweep', base64: sweepWasm };

/** About four million bars; more are computed by the twin. */
const BYTES_MAX = 2 ** 30;

interface KernelRoom extends SweepRoom {
  fits(bars: number, rates: number): boolean;
  owns(sheet: SweepSheet): boolean;
}

/** One room a host: a thread works out one stance at a time, and a memory reserves more addresses than a desk is worth. */
const rooms = new WeakMap<KernelHost, KernelRoom>();

export function openKernelRoom(host: KernelHost): KernelRoom {
  const known = rooms.get(host);
  if (known !== undefined) return known;
  const room = makeRoom(host);
  rooms.set(host, room);
  return room;
}

function makeRoom(host: KernelHost): KernelRoom {
  const memory = host.memory(KERNEL_BASE_BYTES, BYTES_MAX);
  const kernel = host.instantiate(sweepKernel, memory);
  let room = { bars: 0, rates: 0 };
  let layout = layOut(0, 0, KERNEL_BASE_BYTES);
  let sheet: SweepSheet | undefined;
  /** Whose columns stand in the memory. */
  let loaded: TrackColumns | undefined;
  const widened = (bars: number, rates: number) => ({
    bars: Math.max(bars, room.bars),
    rates: Math.max(rates, room.rates),
  });
  return {
    fits(bars, rates) {
      if (bars <= room.bars && rates <= room.rates) return true;
      const wide = widened(bars, rates);
      return layOut(wide.bars, wide.rates, KERNEL_BASE_BYTES).bytes <= BYTES_MAX;
    },
    owns: (one) => one === sheet,
    sheet(bars, rates) {
      if (sheet !== undefined && bars <= room.bars && rates <= room.rates) return sheet;
      room = widened(bars, rates);
      layout = layOut(room.bars, room.rates, KERNEL_BASE_BYTES);
      growTo(memory, layout.bytes);
      sheet = sheetOn(memory.buffer, layout);
      sheet.scratch.wanted.fill(0);
      new Int32Array(memory.buffer, layout.start.head, HEAD.length).set(HEAD.map((name) => layout.start[name]));
      loaded = undefined;
      return sheet;
    },
    hold(_sheet, track, wish) {
      if (loaded !== track) loadTrack(memory.buffer, layout, track);
      loaded = track;
      loadWish(memory.buffer, layout, wish);
      const rules = rulesOf(track, wish);
      const { bars, horizonBars } = track;
      const exit = wish.exitThreshold ?? Number.NaN;
      kernel.hold(layout.start.head, wish.candidates.length, bars, horizonBars, rules, exit, wish.confCap);
      return readStance(memory.buffer, layout);
    },
    earn(at, { count, trades, bars, sessions, worst }, rates) {
      // The last register may hold one rate twice.
      if (rates % LANES !== 0) at.rates[rates] = at.rates[rates - 1]!;
      kernel.earn(layout.start.head, count, trades, bars, sessions, worst, Math.ceil(rates / LANES));
    },
  };
}

function loadTrack(buffer: ArrayBufferLike, { start }: Layout, track: TrackColumns): void {
  const { bars } = track;
  new Float64Array(buffer, start.up, bars).set(track.up);
  new Float64Array(buffer, start.down, bars).set(track.down);
  new Float64Array(buffer, start.gap, bars).set(track.gap);
  new Float64Array(buffer, start.day, bars).set(track.day);
  new Int32Array(buffer, start.segmentStart, bars).set(track.segmentStart);
  new Int32Array(buffer, start.sessionAt, bars).set(track.sessionAt);
  new Uint8Array(buffer, start.isTradable, bars).set(track.isTradable);
  new Uint8Array(buffer, start.isFirst, bars).set(track.isFirst);
  new Uint8Array(buffer, start.isLast, bars).set(track.isLast);
  new Int8Array(buffer, start.direction, bars).set(track.direction);
  if (track.eventSide !== undefined) new Int8Array(buffer, start.eventSide, bars).set(track.eventSide);
}

function loadWish(buffer: ArrayBufferLike, { start }: Layout, { candidates, entry, closed }: Wish): void {
  new Int32Array(buffer, start.candidates, candidates.length).set(candidates);
  new Float64Array(buffer, start.entry, entry.length).set(entry);
  if (closed !== undefined) new Uint8Array(buffer, start.closed, closed.length).set(closed);
}

/** Bits, in the kernel's order. */
const rulesOf = ({ eventSide }: TrackColumns, { closed, sizeByConf, longOnly }: Wish): number =>
  (eventSide === undefined ? 0 : 1) | (closed === undefined ? 0 : 2) | (sizeByConf ? 4 : 0) | (longOnly ? 8 : 0);

function readStance(buffer: ArrayBufferLike, { start }: Layout): Stance {
  const [count, trades, barsInMarket, judged, hits, tradedTotal, grossGrowth] = new Float64Array(
    buffer,
    start.stance,
    7,
  );
  return {
    count: count!,
    trades: trades!,
    barsInMarket: barsInMarket!,
    judged: judged!,
    hits: hits!,
    tradedTotal: tradedTotal!,
    grossGrowth: grossGrowth!,
  };
}
