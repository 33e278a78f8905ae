/** How far a return must go to be UP or DOWN: a fixed number of basis points, or a multiple of the trailing deviation. */
import { assert } from '#base/assert.js';
import { DOWN, FLAT, UP } from '../frame/matrix.js';
import type { HorizonReturns } from './horizon-return.js';
import { isEventLabel, type LabelKind } from './label-kind.js';

/** An event happens or not: it has no band. */
export type BandRule = { readonly fixedBp: number } | { readonly kSigma: number } | { readonly isNone: true };

/** Twenty sessions of hourly bars; sixty sessions where a row is a session. */
const OBSERVATIONS = { bar: 140, session: 60 };
/** With fewer past returns a deviation is a guess, and the row is dropped. */
const OBSERVATIONS_MIN = 20;

const K_SIGMA_DEFAULT = 0.3;
/** Without a wish the session labels have a fixed band (sigma 10.5). */
const FIXED_BP_DEFAULT: Readonly<Partial<Record<LabelKind['kind'], number>>> = { fwd_ret: 10, close_to_open: 5 };

/** fixed_bp wins over k_sigma; with neither, the label's own default. Events have none, whatever is wished. */
export function bandRule(
  label: LabelKind,
  wish: { fixedBp?: number | undefined; kSigma?: number | undefined },
): BandRule {
  if (isEventLabel(label)) return { isNone: true };
  if (wish.fixedBp !== undefined) return { fixedBp: wish.fixedBp };
  if (wish.kSigma !== undefined) return { kSigma: wish.kSigma };
  const fixedBp = FIXED_BP_DEFAULT[label.kind];
  return fixedBp === undefined ? { kSigma: K_SIGMA_DEFAULT } : { fixedBp };
}

/**
 * The band's half-width for each row; NaN where fewer than 20 past returns are known.
 *
 * The deviation (n - 1) is that of the latest same-horizon returns whose label window has closed at t0: 140 for bar
 * labels, 60 for session labels. A single deviation over the whole sample would carry the future into every label.
 */
export function bandWidths(
  t0Ms: Float64Array,
  { value, t1Ms }: HorizonReturns,
  label: LabelKind,
  rule: BandRule,
): Float64Array {
  assert(!('isNone' in rule), 'only banded labels ask for a band');
  if ('fixedBp' in rule) return new Float64Array(t0Ms.length).fill(rule.fixedBp / 10_000);
  const window = label.kind === 'next_bar_updown' ? OBSERVATIONS.bar : OBSERVATIONS.session;
  const widths = new Float64Array(t0Ms.length);
  const known: number[] = [];
  // Rows are in time order and a later row's window closes later, so one pointer finds all that is known.
  let next = 0;
  for (let row = 0; row < t0Ms.length; row++) {
    while (next < row && !(t1Ms[next]! > t0Ms[row]!)) {
      if (!Number.isNaN(value[next]!)) known.push(value[next]!);
      next++;
    }
    widths[row] = rule.kSigma * trailingDeviation(known, window);
  }
  return widths;
}

function trailingDeviation(known: readonly number[], window: number): number {
  const count = Math.min(window, known.length);
  if (count < OBSERVATIONS_MIN) return Number.NaN;
  const first = known.length - count;
  let sum = 0;
  for (let i = first; i < known.length; i++) sum += known[i]!;
  const mean = sum / count;
  let squares = 0;
  for (let i = first; i < known.length; i++) squares += (known[i]! - mean) ** 2;
  return Math.sqrt(squares / (count - 1));
}

/** Strictly above the band UP, strictly below it DOWN, else FLAT; -1 where return or band is unknown (never FLAT). */
export function classOf(value: number, width: number): number {
  if (Number.isNaN(value) || Number.isNaN(width)) return -1;
  if (value > width) return UP;
  return value < -width ? DOWN : FLAT;
}
