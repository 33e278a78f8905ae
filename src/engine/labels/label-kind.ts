/** Which labels there are and what a client may call them (sigma 10.3, 10.5). */
import { errors } from '#base/errors.js';
import type { BarInterval } from '../calendar/bar-interval.js';
import { type HeadfakeLabel, type PinDriftLabel, readHeadfake, readPinDrift } from './event-params.js';

export type LabelKind =
  | { readonly kind: 'next_bar_updown' }
  /** Close of `sessions` sessions later against this close; one row a session. */
  | { readonly kind: 'fwd_ret'; readonly sessions: number }
  | { readonly kind: 'close_to_open' }
  | HeadfakeLabel
  | PinDriftLabel
  /** A rule model: nothing to learn. */
  | { readonly kind: 'none' };

const SESSIONS_MAX = 252;

/** An event of a session with a side to bet on; one row a session, at the minute it names. */
export type EventLabelKind = HeadfakeLabel | PinDriftLabel;

const KNOWN = ['next_bar_updown', 'fwd_ret_<N>d', 'close_to_open', 'headfake_reversal', 'pin_drift', 'none'];

/** Labels of the contract that are not built, with the way there is instead. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  regression: 'a target column is learned through the target of a training, not through a built label',
};

/**
 * `params` belong to the event labels, in the words of sigma 10.5; the other kinds have none and look at none. Throws
 * `label_unknown`, `label_unsupported` with the reason, or `invalid_parameter`.
 */
export function parseLabelKind(text: string, params: Readonly<Record<string, unknown>> = {}): LabelKind {
  const word = text.trim().toLowerCase();
  if (word === 'headfake_reversal') return readHeadfake(params);
  if (word === 'pin_drift') return readPinDrift(params);
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

export const isEventLabel = (label: LabelKind): label is EventLabelKind =>
  label.kind === 'headfake_reversal' || label.kind === 'pin_drift';

/** Sessions of a full week: the horizon of weekly bars counts whole weeks, rounded up. */
const SESSIONS_A_WEEK = 5;

/**
 * Bars that a position taken on the label is held; on intraday bars a session label's row stands for its session, and an event's
 * for the rest of it.
 */
export function horizonBarsOf(label: LabelKind, interval: BarInterval): number {
  if (label.kind !== 'fwd_ret') return 1;
  return interval === 'week' ? Math.ceil(label.sessions / SESSIONS_A_WEEK) : label.sessions;
}
