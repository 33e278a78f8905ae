/** The columns of one stance and what it earns at each rate of costs: one sheet that is filled anew for every stance. */
import type { KernelHost } from './kernel.js';
import { earnAtRate, type StanceShape } from './sweep.js';
import { openKernelRoom } from './sweep-kernel.js';
import { layOut, sheetOn } from './sweep-layout.js';
import { holdStance, type Stance, type TrackColumns, type Wish } from './sweep-stance.js';

export interface SweepSheet {
  /** One entry a bar that holds or changes a position. */
  readonly gross: Float64Array;
  readonly traded: Float64Array;
  /** Number of the bar's session, ascending. */
  readonly session: Int32Array;
  /** One entry a leg of a trade; a trade's last leg is before its `end`. */
  readonly earned: Float64Array;
  readonly filled: Float64Array;
  readonly expired: Float64Array;
  readonly end: Int32Array;
  readonly rates: Float64Array;
  /** `FIGURES` a rate, in the order of the rates. */
  readonly figures: Float64Array;
  readonly scratch: SweepScratch;
}

export interface SweepScratch {
  readonly net: Float64Array;
  readonly daily: Float64Array;
  readonly losses: Float64Array;
  readonly kept: Float64Array;
  readonly sizes: Int32Array;
  /** One entry a bar of the track: all zero between uses. */
  readonly wanted: Float64Array;
}

/** Where stances are worked out, one at a time. */
export interface SweepRoom {
  /** A sheet for that many bars and rates; what was on an earlier one is gone. */
  sheet(bars: number, rates: number): SweepSheet;
  hold(sheet: SweepSheet, track: TrackColumns, wish: Wish): Stance;
  /** Fills the sheet's `figures` from its columns and its first `rates` rates. */
  earn(sheet: SweepSheet, shape: StanceShape, rates: number): void;
}

/** With a host the kernel computes, without one, or where its memory is too short, the twin: the same bits. */
export function openSweepRoom(host?: KernelHost): SweepRoom {
  const plain = plainRoom();
  if (host === undefined) return plain;
  const kernel = openKernelRoom(host);
  return {
    sheet: (bars, rates) => (kernel.fits(bars, rates) ? kernel : plain).sheet(bars, rates),
    hold: (sheet, track, wish) => (kernel.owns(sheet) ? kernel : plain).hold(sheet, track, wish),
    earn: (sheet, shape, rates) => (kernel.owns(sheet) ? kernel : plain).earn(sheet, shape, rates),
  };
}

function plainRoom(): SweepRoom {
  let room = { bars: -1, rates: -1 };
  let sheet: SweepSheet | undefined;
  return {
    sheet(bars, rates) {
      if (sheet === undefined || room.bars < bars || room.rates < rates) {
        room = { bars: Math.max(bars, room.bars), rates: Math.max(rates, room.rates) };
        const layout = layOut(room.bars, room.rates, 0);
        sheet = sheetOn(new ArrayBuffer(layout.bytes), layout);
      }
      return sheet;
    },
    hold: holdStance,
    earn(at, shape, rates) {
      for (let rate = 0; rate < rates; rate++) earnAtRate(at, shape, rate);
    },
  };
}
