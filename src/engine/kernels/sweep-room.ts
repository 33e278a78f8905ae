/** Where stances are worked out, one at a time, by the kernel or its twin. */
import type { KernelHost } from './kernel.js';
import { earnAtRate } from './sweep.js';
import { openKernelRoom, type SweepRoom } from './sweep-kernel.js';
import { layOut, sheetOn } from './sweep-layout.js';
import type { SweepSheet } from './sweep-sheet.js';
import { holdStance } from './sweep-stance.js';

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
