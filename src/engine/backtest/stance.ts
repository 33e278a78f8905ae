/** Which bars a configuration holds, and how much, before any cost: shared by all configurations that differ in costs only. */
import type { LabelledMatrix } from '../frame/matrix.js';
import type { SweepRoom } from '../kernels/sweep-kernel.js';
import type { SweepSheet } from '../kernels/sweep-sheet.js';
import type { Stance } from '../kernels/sweep-stance.js';
import type { BacktestConfig } from './config.js';
import { gateColumn } from './signals.js';
import { candidatesAt, type Track } from './track.js';

/** Where it is worked out: rows and moves, and room for one stance at a time. */
export interface Scene {
  readonly matrix: LabelledMatrix;
  readonly track: Track;
  readonly room: SweepRoom;
}

export type StanceRules = Pick<
  BacktestConfig,
  'exitThreshold' | 'sizeByConf' | 'confCap' | 'momentumGate' | 'longOnly'
>;

/** Fills the sheet. `entry[k]` is the bar's entry threshold; bars below every threshold are never looked at. */
export function takeStance(scene: Scene, sheet: SweepSheet, entry: Float64Array, rules: StanceRules): Stance {
  const lowest = lowestOf(entry);
  const candidates = candidatesAt(scene.track, Math.min(rules.exitThreshold ?? lowest, lowest));
  return scene.room.hold(sheet, scene.track, { ...rules, candidates, entry, closed: closedBars(scene, rules) });
}

/** On its own, because V8 compiles a loop that is long at its first run before it knows what follows, and falls out of that code every time. */
function lowestOf(levels: Float64Array): number {
  let lowest = Infinity;
  for (let k = 0; k < levels.length; k++) if (levels[k]! < lowest) lowest = levels[k]!;
  return lowest;
}

/** Where the gate lets nothing be held: 1 below its minimum, or where its feature is not known. */
function closedBars({ matrix, track: { rows } }: Scene, { momentumGate }: StanceRules): Uint8Array | undefined {
  const momentum = gateColumn(matrix, momentumGate);
  if (momentum === undefined) return undefined;
  const closed = new Uint8Array(rows.length);
  for (let k = 0; k < rows.length; k++) if (!(momentum[rows[k]!]! >= momentumGate!.min)) closed[k] = 1;
  return closed;
}
