/** Which labels there are and what a client may call them (sigma 10.3, 10.5). */
import { errors } from '#base/errors.js';
import type { BarInterval } from '../calendar/bar-interval.js';

export type LabelKind =
  | { readonly kind: 'next_bar_updown' }
  /** Close of `sessions` sessions later against this close; one row a session. */
  | { readonly kind: 'fwd_ret'; readonly sessions: number }
  | { readonly kind: 'close_to_open' }
  /** A rule model: nothing to learn. */
  | { readonly kind: 'none' };

const SESSIONS_MAX = 252;

const KNOWN = ['next_bar_updown', 'fwd_ret_<N>d', 'close_to_open', 'none'];

/** Labels of the contract that need data or steps this engine does not have yet, with what they lack. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  headfake_reversal: 'it needs minute bars of the opening hour joined to the matrix',
  pin_drift: 'it needs open interest or gamma by strike',
  regression: 'a target column is learned through the target of a training, not through a built label',
};

/** Throws `label_unknown`, or `label_unsupported` with the reason. */
export function parseLabelKind(text: string): LabelKind {
  const word = text.trim().toLowerCase();
  if (['next_bar_updown', 'next_hour', 'next_bar'].includes(word)) return { kind: 'next_bar_updown' };
  if (['close_to_open', 'overnight_close_to_open'].includes(word)) return { kind: 'close_to_open' };
  if (word === 'none') return { kind: 'none' };
  const sessions = Number(/^fwd_ret_(\d{1,4})d$/.exec(word)?.[1] ?? 0);
  if (sessions >= 1 && sessions <= SESSIONS_MAX) return { kind: 'fwd_ret', sessions };
  const lacks = UNSUPPORTED[word];
  throw lacks === undefined ? errors.labelUnknown(text, KNOWN) : errors.labelUnsupported(word, lacks);
}

/** The name on the wire: `fwd_ret_5d`. */
export const labelName = (label: LabelKind): string =>
  label.kind === 'fwd_ret' ? `fwd_ret_${label.sessions}d` : label.kind;

/** Sessions of a full week: the horizon of weekly bars counts whole weeks, rounded up. */
const SESSIONS_A_WEEK = 5;

/** Bars that a position taken on the label is held; on intraday bars a session label's row stands for its session. */
export function horizonBarsOf(label: LabelKind, interval: BarInterval): number {
  if (label.kind !== 'fwd_ret') return 1;
  return interval === 'week' ? Math.ceil(label.sessions / SESSIONS_A_WEEK) : label.sessions;
}
