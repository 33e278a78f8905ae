/** Forward returns over a label's horizon and the moment each becomes known. The only place of the engine that looks ahead, on purpose. */
import type { BarInterval } from '../calendar/bar-interval.js';
import { sessionCloseMs, sessionIndex } from '../calendar/exchange-calendar.js';
import type { Bars } from '../frame/bars.js';
import { horizonBarsOf, isEventLabel, type LabelKind } from './label-kind.js';

export interface HorizonReturns {
  /** NaN where there is no label: the horizon leaves the data, crosses the night, or a price is missing. */
  readonly value: Float64Array;
  /** End of the label window, epoch milliseconds; NaN where there is none. */
  readonly t1Ms: Float64Array;
}

/**
 * next_bar_updown: to the close of the next bar of the same session. fwd_ret: from the session's last bar to the close
 * N exchange sessions later. close_to_open: from the session's last bar to the next session's open. A session that the
 * data lacks gives no label: the next one there is would be another horizon. On weekly bars the horizon is counted in
 * bars, and there is no next bar of the same session.
 */
export function horizonReturns(bars: Bars, label: LabelKind, interval: BarInterval): HorizonReturns {
  const value = new Float64Array(bars.rows).fill(Number.NaN);
  const t1Ms = new Float64Array(bars.rows).fill(Number.NaN);
  // Events have their own returns (`event-label.ts`).
  if (label.kind === 'none' || isEventLabel(label)) return { value, t1Ms };
  const spans = sessionSpans(bars);
  const weeks = interval === 'week' ? horizonBarsOf(label, interval) : 0;
  for (let row = 0; row < bars.rows; row++) {
    const target = weeks > 0 ? weeksLater(bars, row, label, weeks) : targetOf(bars, row, label, spans);
    if (target === undefined) continue;
    const change = target.price / bars.close[row]! - 1;
    if (!Number.isFinite(change)) continue;
    value[row] = change;
    t1Ms[row] = target.ms;
  }
  return { value, t1Ms };
}

interface Target {
  readonly price: number;
  readonly ms: number;
}

/** Rows of each session, by its position in the calendar. */
type SessionSpans = ReadonlyMap<number, { first: number; last: number }>;

function sessionSpans({ rows, session }: Bars): SessionSpans {
  const spans = new Map<number, { first: number; last: number }>();
  for (let row = 0; row < rows; row++) {
    const position = sessionIndex(session[row]!);
    const span = spans.get(position);
    if (span === undefined) spans.set(position, { first: row, last: row });
    else span.last = row;
  }
  return spans;
}

function targetOf(bars: Bars, row: number, label: LabelKind, spans: SessionSpans): Target | undefined {
  const session = bars.session[row]!;
  if (label.kind === 'next_bar_updown') {
    const isSame = row + 1 < bars.rows && bars.session[row + 1] === session;
    return isSame ? { price: bars.close[row + 1]!, ms: bars.tsEndMs[row + 1]! } : undefined;
  }
  const position = sessionIndex(session);
  if (spans.get(position)!.last !== row) return undefined;
  const sessions = label.kind === 'fwd_ret' ? label.sessions : 1;
  const later = spans.get(position + sessions);
  if (later === undefined) return undefined;
  if (label.kind === 'close_to_open') return { price: bars.open[later.first]!, ms: bars.tsStartMs[later.first]! };
  // The last bar of a session that goes on is not its close, and which bar was the last is known when it closes.
  const closesMs = sessionCloseMs(bars.session[later.last]!);
  const isOver = later.last + 1 < bars.rows || bars.tsEndMs[later.last]! >= closesMs;
  return isOver ? { price: bars.close[later.last]!, ms: closesMs } : undefined;
}

/** Weekly bars are named by the last session of their week, so sessions cannot be looked up: bars are counted. */
function weeksLater(bars: Bars, row: number, label: LabelKind, weeks: number): Target | undefined {
  const later = row + weeks;
  if (later >= bars.rows || label.kind === 'next_bar_updown') return undefined;
  return label.kind === 'fwd_ret'
    ? { price: bars.close[later]!, ms: bars.tsEndMs[later]! }
    : { price: bars.open[later]!, ms: bars.tsStartMs[later]! };
}
