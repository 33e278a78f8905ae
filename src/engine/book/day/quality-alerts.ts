/** What a person should look at, most severe first (umiki.md 6): one list of rules, each a limit and its message. */
import type { AlertLevel, DayAlert, DayFigures, QuietSpell } from './day-quality.js';

export interface QualityLimits {
  readonly maxCrossedPct: number;
  readonly maxLockedPct: number;
  readonly minRecords: number;
  readonly hiddenPctWarn: number;
  readonly maxGapMinutes: number;
}

export const QUALITY_LIMITS: QualityLimits = {
  maxCrossedPct: 0.1,
  maxLockedPct: 1,
  minRecords: 1000,
  hiddenPctWarn: 15,
  maxGapMinutes: 10,
};

/** Below this share of executions in proper order the feed, or our grouping of it, is broken. */
const PROPER_ORDER_PCT_MIN = 99;

export const percentOf = (count: number, of: number): number => (of === 0 ? 0 : (100 * count) / of);

/** The rules in the order of the contract; those of one level keep it. */
const RULES: readonly ((day: DayFigures, limits: QualityLimits) => DayAlert[])[] = [
  ({ bboCrossed, judged }, { maxCrossedPct }) => {
    const pct = percentOf(bboCrossed, judged);
    const level = pct > maxCrossedPct ? 'error' : 'warning';
    return bboCrossed > 0 ? [{ level, message: `BBO crossed on ${bboCrossed} records (${pct.toFixed(2)}%)` }] : [];
  },
  ({ bboLocked, judged }, { maxLockedPct }) => {
    const pct = percentOf(bboLocked, judged);
    return when(pct > maxLockedPct, 'warning', `BBO locked on ${bboLocked} records (${pct.toFixed(2)}%)`);
  },
  ({ records }, { minRecords }) => when(records < minRecords, 'warning', `only ${records} records`),
  ({ trades }) => when(trades === 0, 'warning', 'no trades'),
  ({ quiet }) =>
    quiet.map((spell) => ({
      level: 'warning',
      message: `no events between ${clock(spell, 'fromMinute')} and ${clock(spell, 'toMinute')} ET`,
    })),
  ({ midSpread, icebergRefills, trades }, { hiddenPctWarn }) => {
    const pct = percentOf(midSpread, trades) + percentOf(icebergRefills, trades);
    return when(pct > hiddenPctWarn, 'info', `hidden order rate ${pct.toFixed(1)}%`);
  },
  ({ bookErrors }) => when(bookErrors > 0, 'warning', `${bookErrors} inconsistent order events`),
  ({ outOfOrder }) => when(outOfOrder > 0, 'info', `${outOfOrder} records out of time order`),
  ({ groupsA, properGroupsA }) => {
    const pct = percentOf(groupsA - properGroupsA, groupsA);
    return when(pct > 100 - PROPER_ORDER_PCT_MIN, 'warning', `event order broken in ${pct.toFixed(2)}% of executions`);
  },
];

const SEVERITY: Readonly<Record<AlertLevel, number>> = { error: 0, warning: 1, info: 2 };

export function alertsOf(day: DayFigures, limits: QualityLimits): DayAlert[] {
  const alerts = RULES.flatMap((rule) => rule(day, limits));
  return alerts.sort((a, b) => SEVERITY[a.level] - SEVERITY[b.level]);
}

const when = (isRaised: boolean, level: AlertLevel, message: string): DayAlert[] =>
  isRaised ? [{ level, message }] : [];

function clock(spell: QuietSpell, which: keyof QuietSpell): string {
  const minute = spell[which];
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
