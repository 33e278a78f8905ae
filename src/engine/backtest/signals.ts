/** From probabilities to what one would hold: side, persistence, size and gates (sigma.md 12.3, steps 5 to 9). */
import { errors } from '#base/errors.js';
import { DOWN, type LabelledMatrix, UP } from '../frame/matrix.js';
import { CLASS_COUNT } from '../models/model.js';
import type { BacktestConfig } from './config.js';
import { isContinued } from './positions.js';

/** Rows of the matrix (ascending) and their probabilities, rows x 3. */
export interface Predictions {
  readonly rows: Int32Array;
  readonly probabilities: Float64Array;
}

/** Event labels bet on a given side: every row that has one makes the matrix an event matrix. */
export const isEventMatrix = ({ labelSide }: LabelledMatrix): boolean => labelSide.some((side) => side !== 0);

/** max(p_up, p_down), or the event's probability. */
export function confidences(matrix: LabelledMatrix, { probabilities }: Predictions): Float64Array {
  const isEvent = isEventMatrix(matrix);
  const out = new Float64Array(probabilities.length / CLASS_COUNT);
  for (let k = 0; k < out.length; k++) {
    const up = probabilities[k * CLASS_COUNT + UP]!;
    const down = probabilities[k * CLASS_COUNT + DOWN]!;
    out[k] = isEvent || up > down ? up : down;
  }
  return out;
}

/**
 * Signed size wanted at each row: signal times size, in [-1, 1].
 *
 * `entry[k]` is the row's entry threshold. A position that is open persists while its side's probability is at least the exit threshold,
 * within contiguous rows. A row that a gate closes holds nothing and ends the persistence.
 */
export function exposures(
  matrix: LabelledMatrix,
  predictions: Predictions,
  entry: Float64Array,
  config: BacktestConfig,
): Float64Array {
  const { rows, probabilities } = predictions;
  const isEvent = isEventMatrix(matrix);
  const momentum = gateColumn(matrix, config.momentumGate);
  const out = new Float64Array(rows.length);
  let held = 0;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!;
    const up = probabilities[k * CLASS_COUNT + UP]!;
    const down = probabilities[k * CLASS_COUNT + DOWN]!;
    if (k > 0 && !isContinued(matrix, rows[k - 1]!, row)) held = 0;
    const raw = isEvent ? eventSignal(matrix.labelSide[row]!, up, entry[k]!) : bandSignal(up, down, entry[k]!);
    const sideProbability = (side: number) => (isEvent || side > 0 ? up : down);
    // An event's probability says nothing about a position on another side than the event's own.
    if (isEvent && matrix.labelSide[row] !== held) held = 0;
    if (raw !== 0) held = raw;
    else if (held !== 0 && !(sideProbability(held) >= Math.min(config.exitThreshold ?? entry[k]!, entry[k]!))) held = 0;
    const isClosed = momentum !== undefined && !(momentum[row]! >= config.momentumGate!.min);
    if (isClosed || (config.longOnly && held < 0)) held = 0;
    if (held === 0) continue;
    const size = config.sizeByConf ? Math.min(config.confCap, Math.max(0, 2 * sideProbability(held) - 1)) : 1;
    out[k] = held * size;
  }
  return out;
}

function bandSignal(up: number, down: number, threshold: number): number {
  if (up >= threshold && up > down) return 1;
  return down >= threshold && down > up ? -1 : 0;
}

const eventSignal = (side: number, probability: number, threshold: number): number =>
  probability >= threshold ? side : 0;

/** The feature a momentum gate looks at; throws `featureMissing` where the matrix has none of its name. */
export function gateColumn(
  matrix: LabelledMatrix,
  momentumGate: BacktestConfig['momentumGate'],
): Float64Array | undefined {
  if (momentumGate === null) return undefined;
  const at = matrix.features.names.indexOf(momentumGate.column);
  if (at < 0) throw errors.featureMissing(momentumGate.column);
  return matrix.features.columns[at]!;
}
