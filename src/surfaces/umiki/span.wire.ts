/** The spans that data endpoints are asked for: dates, and times within one. */
import { z } from 'zod';
import type { Span } from '#services/market/day-reader.js';
import { datasetField, dateField, isNear, symbolField, timeText } from './fields.js';

/** umiki.md 9. */
const SPAN_DAYS_MAX = 366;
const DAY_MS = 86_400_000;

const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY_MS;

export const symbolFields = { symbol: symbolField, dataset: datasetField.optional() };

export const dateSpan = <T extends z.ZodRawShape>(more: T) =>
  z
    .object({ ...symbolFields, from: dateField, to: dateField, ...more })
    .refine((query) => (query as { from: string; to: string }).from <= (query as { to: string }).to, {
      path: ['from'],
      message: 'from is not after to',
    })
    .refine((query) => daysBetween((query as { from: string }).from, (query as { to: string }).to) <= SPAN_DAYS_MAX, {
      path: ['to'],
      message: `a span has at most ${SPAN_DAYS_MAX} days`,
    });

interface Times {
  readonly date: string;
  readonly from_ts?: number | undefined;
  readonly to_ts?: number | undefined;
}

export const timeSpan = <T extends z.ZodRawShape>(more: T) =>
  z
    .object({ ...symbolFields, date: dateField, from_ts: timeText.optional(), to_ts: timeText.optional(), ...more })
    .superRefine((query, context) => {
      const { date, from_ts, to_ts } = query as unknown as Times;
      for (const [name, ms] of [
        ['from_ts', from_ts],
        ['to_ts', to_ts],
      ] as const)
        if (ms !== undefined && !isNear(ms, date))
          context.addIssue({ code: 'custom', path: [name], message: `${name} is more than a day away from date` });
      if (from_ts !== undefined && to_ts !== undefined && from_ts > to_ts)
        context.addIssue({ code: 'custom', path: ['from_ts'], message: 'from_ts is not after to_ts' });
    });

export const spanOf = ({ from_ts, to_ts }: Omit<Times, 'date'>): Span => ({
  fromMs: from_ts ?? Number.NEGATIVE_INFINITY,
  toMs: to_ts ?? Number.POSITIVE_INFINITY,
});
