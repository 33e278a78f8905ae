/** Calibration of class probabilities: one curve a class, then rows made to sum to one. Fitted on out-of-fold probabilities only. */
import { log } from '../math/log.js';
import { CLASS_COUNT } from '../models/model.js';
import { applyIsotonic, fitIsotonic, type IsotonicCurve } from './isotonic.js';
import { applyPlatt, fitPlatt, type PlattSigmoid } from './platt.js';

export const CALIBRATIONS = ['none', 'sigmoid', 'isotonic'] as const;
export type Calibration = (typeof CALIBRATIONS)[number];

export interface Calibrator {
  readonly method: Calibration;
  /** By class code; null for a class that was never predicted or never seen: its probability stays as it is. */
  readonly curves: readonly (PlattSigmoid | IsotonicCurve | null)[];
  readonly warnings: readonly string[];
}

// Below this the steps of an isotonic curve are noise (sigma.md 11.4).
const ISOTONIC_ROWS_MIN = 1000;
const ROWS_MIN = 20;

export const IDENTITY: Calibrator = { method: 'none', curves: [null, null, null], warnings: [] };

/** Platt works on the log-odds, so that a model that is calibrated already is left alone by a = -1, b = 0. */
const logOdds = (p: number): number => {
  const clipped = Math.min(Math.max(p, 1e-6), 1 - 1e-6);
  return log(clipped / (1 - clipped));
};

/**
 * Fits one-vs-rest curves on rows x 3 probabilities; rows with NaN (no inner model predicted them) are left out.
 *
 * Isotonic needs 1000 rows, else it falls back to sigmoid with the warning `isotonic_fell_back_to_sigmoid`; below 20 rows nothing is
 * fitted (`calibration_skipped`).
 */
export function fitCalibration(probabilities: Float64Array, y: Int8Array, wanted: Calibration): Calibrator {
  if (wanted === 'none') return IDENTITY;
  const rows = Int32Array.from(y, (_, i) => i).filter((i) => !Number.isNaN(probabilities[i * CLASS_COUNT]!));
  if (rows.length < ROWS_MIN) return { ...IDENTITY, warnings: ['calibration_skipped'] };
  const falls = wanted === 'isotonic' && rows.length < ISOTONIC_ROWS_MIN;
  const method = falls ? 'sigmoid' : wanted;
  const curves = Array.from({ length: CLASS_COUNT }, (_, code) => {
    const predicted = Float64Array.from(rows, (row) => probabilities[row * CLASS_COUNT + code]!);
    const isEvent = (at: number) => y[rows[at]!] === code;
    if (!predicted.some((p) => p > 0) || !rows.some((_row, at) => isEvent(at))) return null;
    if (method === 'isotonic')
      return fitIsotonic(
        predicted,
        Float64Array.from(rows, (_row, at) => (isEvent(at) ? 1 : 0)),
      );
    return fitPlatt(predicted.map(logOdds), isEvent);
  });
  return { method, curves, warnings: falls ? ['isotonic_fell_back_to_sigmoid'] : [] };
}

/** Calibrated rows x 3 probabilities, each row summing to 1 (uniform over the possible classes when all are zero); NaN rows stay NaN. */
export function applyCalibration({ method, curves }: Calibrator, probabilities: Float64Array): Float64Array {
  if (method === 'none') return probabilities;
  const out = new Float64Array(probabilities.length);
  for (let at = 0; at < out.length; at += CLASS_COUNT) {
    let sum = 0;
    for (let code = 0; code < CLASS_COUNT; code++) {
      const p = calibrated(curves[code]!, probabilities[at + code]!);
      out[at + code] = p;
      sum += p;
    }
    for (let code = 0; code < CLASS_COUNT; code++) {
      out[at + code] = sum > 0 ? out[at + code]! / sum : sum === 0 ? 1 / CLASS_COUNT : NaN;
    }
  }
  return out;
}

function calibrated(curve: PlattSigmoid | IsotonicCurve | null, p: number): number {
  if (curve === null || Number.isNaN(p)) return p;
  // A class the model cannot predict must not be given a share by the curve's left end.
  if (p === 0 && curve.kind === 'sigmoid') return 0;
  return curve.kind === 'sigmoid' ? applyPlatt(curve, logOdds(p)) : applyIsotonic(curve, p);
}
