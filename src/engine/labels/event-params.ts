/** The event labels' parameters in the words of sigma 10.5, checked, and the bars such a label needs. */
import { errors } from '#base/errors.js';
import { BAR_INTERVALS, type BarInterval, INTERVAL_MINUTES } from '../calendar/bar-interval.js';
import { HEADFAKE_DEFAULTS, type HeadfakeParams, PIN_DRIFT_DEFAULTS, type PinDriftParams } from './event-label.js';

export interface HeadfakeLabel {
  readonly kind: 'headfake_reversal';
  readonly params: HeadfakeParams;
  /** Sessions of the ATR that moves are measured by; the session itself is not among them. */
  readonly atrPeriod: number;
}

export interface PinDriftLabel {
  readonly kind: 'pin_drift';
  readonly params: PinDriftParams;
  readonly atrPeriod: number;
}

type Given = Readonly<Record<string, unknown>>;

export function readHeadfake(given: Given): HeadfakeLabel {
  refuseUnknown(given, ['open_time', 'window_end', 'min_open_move_atr', 'min_reversal_move_atr', 'atr_period']);
  const params = {
    openMinute: minuteAt(given, 'open_time', HEADFAKE_DEFAULTS.openMinute),
    endMinute: minuteAt(given, 'window_end', HEADFAKE_DEFAULTS.endMinute),
    openMoveAtr: multipleAt(given, 'min_open_move_atr', HEADFAKE_DEFAULTS.openMoveAtr),
    reversalMoveAtr: multipleAt(given, 'min_reversal_move_atr', HEADFAKE_DEFAULTS.reversalMoveAtr),
  };
  if (params.openMinute >= params.endMinute) throw invalid('window_end', 'must be after open_time');
  return { kind: 'headfake_reversal', params, atrPeriod: periodAt(given) };
}

export function readPinDrift(given: Given): PinDriftLabel {
  refuseUnknown(given, ['drift_start_time', 'min_pull_atr', 'atr_period']);
  const params = {
    startMinute: minuteAt(given, 'drift_start_time', PIN_DRIFT_DEFAULTS.startMinute),
    pullAtr: multipleAt(given, 'min_pull_atr', PIN_DRIFT_DEFAULTS.pullAtr),
  };
  return { kind: 'pin_drift', params, atrPeriod: periodAt(given) };
}

/** The minute of the day (New York) at which an event label decides. */
export const decisionMinute = (label: HeadfakeLabel | PinDriftLabel): number =>
  label.kind === 'headfake_reversal' ? label.params.endMinute : label.params.startMinute;

/** The coarsest bars, no coarser than `cadence`, of which one ends at the label's minute: hours end at 15:00, not at 10:30. */
export function intervalOfEvent(label: HeadfakeLabel | PinDriftLabel, cadence: BarInterval): BarInterval {
  const minute = decisionMinute(label);
  const fitting = BAR_INTERVALS.slice(0, BAR_INTERVALS.indexOf(cadence) + 1).filter((interval) => {
    const length = INTERVAL_MINUTES[interval];
    return length !== undefined && minute % length === 0;
  });
  return fitting.at(-1) ?? '1m';
}

const invalid = (name: string, reason: string) => errors.invalidParameter(`labels.params.${name}`, reason);

function refuseUnknown(given: Given, known: readonly string[]): void {
  const stranger = Object.keys(given).find((name) => !known.includes(name));
  if (stranger !== undefined) throw invalid(stranger, `is no parameter of the label; it takes ${known.join(', ')}`);
}

const OPENS = 9 * 60 + 30;
const CLOSES = 16 * 60;

/** `10:30` within the session. */
function minuteAt(given: Given, name: string, byDefault: number): number {
  const value = given[name];
  if (value === undefined || value === null) return byDefault;
  const match = typeof value === 'string' ? /^(\d{1,2}):([0-5]\d)$/.exec(value.trim()) : null;
  const minute = match === null ? Number.NaN : Number(match[1]) * 60 + Number(match[2]);
  if (!(minute >= OPENS && minute <= CLOSES)) throw invalid(name, 'must be a time from 09:30 to 16:00, such as 10:30');
  return minute;
}

function multipleAt(given: Given, name: string, byDefault: number): number {
  const value = given[name] ?? byDefault;
  if (typeof value !== 'number' || !(value >= 0 && value <= 100)) throw invalid(name, 'must be a number from 0 to 100');
  return value;
}

const ATR_PERIOD = 14;

function periodAt(given: Given): number {
  const value = given['atr_period'] ?? ATR_PERIOD;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 252)
    throw invalid('atr_period', 'must be a whole number from 1 to 252');
  return value;
}
