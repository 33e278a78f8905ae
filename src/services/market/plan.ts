/** What a job has to do: which days, and of each the stages in their order. */
import { errors } from '#base/errors.js';
import type { MarketDay } from '#data/zones/zone-path.js';
import { listZoneFiles } from '#store/zone-file.store.js';
import type { MarketDesk } from './desk.js';
import { inboxOf, listLocalDates } from './sources/inbox.js';
import type { DatesGiven, SourceSpec } from './spec.js';

export interface DaysAsked {
  readonly dataset: string;
  /** Null: every symbol that has data. */
  readonly symbols: readonly string[] | null;
  /** Null: every date that has data, or a source for it. */
  readonly dates: DatesGiven | null;
  readonly source: SourceSpec | undefined;
}

export interface DayPlan {
  readonly symbols: readonly string[];
  /** By symbol, then date. */
  readonly days: readonly MarketDay[];
  /** Why there is nothing to do; null when there is something. */
  readonly nothing: string | null;
}

const STEPS_MAX = 50_000;

/** Errors: inboxRefused. */
export async function planDays(desk: Pick<MarketDesk, 'db' | 'inboxDirs'>, asked: DaysAsked): Promise<DayPlan> {
  const { dataset, source } = asked;
  if (source?.type === 'local') await inboxOf(desk.inboxDirs, source);
  const files = await listZoneFiles(desk.db, { dataset });
  const symbols = [...new Set(asked.symbols ?? files.map(({ symbol }) => symbol))];
  const days: MarketDay[] = [];
  for (const symbol of symbols) {
    const held = files.filter((file) => file.symbol === symbol).map(({ date }) => date);
    const found = source?.type === 'local' ? await listLocalDates(desk.inboxDirs, source, { dataset, symbol }) : [];
    days.push(...datesOf(asked, [...held, ...found]).map((date) => ({ dataset, symbol, date })));
  }
  if (days.length > STEPS_MAX) throw errors.invalidParameter('dates', `at most ${STEPS_MAX} days fit one job`);
  return { symbols, days, nothing: days.length > 0 ? null : nothingOf(asked, symbols) };
}

function datesOf({ dates, source }: DaysAsked, known: readonly string[]): string[] {
  const makesDays = source?.type === 'synthetic' || source?.type === 'provider';
  if (Array.isArray(dates)) {
    // Days that nobody knows anything of and nobody can bring are no work, unless one of the symbol's days is.
    const isAny = makesDays || dates.some((date) => known.includes(date));
    return isAny ? sorted(dates) : [];
  }
  if (dates === null) return sorted(known);
  const { start, end } = dates as { start: string; end: string };
  const within = known.filter((date) => date >= start && date <= end);
  return sorted(makesDays ? [...within, ...weekdays(start, end)] : within);
}

const sorted = (dates: readonly string[]): string[] => [...new Set(dates)].sort();

const DAY_MS = 86_400_000;

function weekdays(start: string, end: string): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(`${start}T00:00:00Z`); ms <= Date.parse(`${end}T00:00:00Z`); ms += DAY_MS) {
    const at = new Date(ms);
    if (at.getUTCDay() % 6 !== 0) days.push(at.toISOString().slice(0, 10));
    if (days.length > STEPS_MAX) break;
  }
  return days;
}

function nothingOf({ dataset }: DaysAsked, symbols: readonly string[]): string {
  return symbols.length === 0
    ? `no data of ${dataset} and no symbols named`
    : `no raw data of ${dataset} and no source for ${symbols.slice(0, 10).join(', ')}`;
}
