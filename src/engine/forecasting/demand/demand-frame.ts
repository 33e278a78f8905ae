/** The fourteen columns from which the demand of one product in one store is learnt, and those of the days to come (forecastlab 9.3). */
import { assert } from '#base/assert.js';
import { civilDate, daysInMonth, weekday } from '../../calendar/civil-date.js';
import { placeNumbers } from '../../frame/column-block.js';
import type { Matrix } from '../../frame/matrix.js';
import { cosineOfTurn, sineOfTurn } from '../../math/turn.js';

const DEMAND_LAGS = [1, 7, 14, 28] as const;

/** The order is part of the contract. */
export const DEMAND_COLUMNS = [
  ...DEMAND_LAGS.map((lag) => `lag_${lag}`),
  'dow_sin',
  'dow_cos',
  'month_sin',
  'month_cos',
  'is_weekend',
  'is_month_end',
  'price_factor',
  'promo_active',
  'is_holiday',
  'days_since_launch',
] as const;

/** The observed days of one series, ascending; columns are as long as `day`. */
export interface DemandHistory {
  /** Days since 1970-01-01. */
  readonly day: Int32Array;
  readonly quantity: Float64Array;
  /** NaN or absent: not known, counts as the baseline. */
  readonly unitPrice?: Float64Array;
  readonly isPromoted?: Uint8Array;
  readonly isHoliday?: Uint8Array;
  /** Day the product was launched; null when nobody knows. */
  readonly launchDay?: number | null;
}

/** The days to come, with what is assumed of them. */
export interface DemandPlan {
  readonly day: Int32Array;
  /** Price over baseline price; absent means 1 on all days. */
  readonly priceFactor?: Float64Array;
  readonly isPromoted?: Uint8Array;
  readonly isHoliday?: Uint8Array;
}

/** Element floor(n / 2) of the ascending positive prices; 1 when there is none. */
export function baselinePrice(unitPrice: Float64Array | undefined): number {
  const known = (unitPrice ?? new Float64Array(0)).filter((price) => price > 0 && price < Infinity).sort();
  return known.length === 0 ? 1 : known[Math.floor(known.length / 2)];
}

interface DayColumns {
  readonly day: Int32Array;
  readonly launchDay: number | null;
  readonly lagAt: (row: number, lag: number) => number;
  readonly priceFactor: (row: number) => number;
  readonly isPromoted: Uint8Array | undefined;
  readonly isHoliday: Uint8Array | undefined;
}

function fillFrame({ day, launchDay, lagAt, priceFactor, isPromoted, isHoliday }: DayColumns): Matrix {
  const columns = placeNumbers(DEMAND_COLUMNS.length, day.length);
  for (let row = 0; row < day.length; row++) {
    const date = civilDate(day[row]);
    const dow = weekday(day[row]);
    const values = [
      ...DEMAND_LAGS.map((lag) => lagAt(row, lag)),
      sineOfTurn(dow / 7),
      cosineOfTurn(dow / 7),
      sineOfTurn(date.month / 12),
      cosineOfTurn(date.month / 12),
      Number(dow >= 5),
      Number(date.day === daysInMonth(date.year, date.month)),
      priceFactor(row),
      isPromoted?.[row] ?? 0,
      isHoliday?.[row] ?? 0,
      launchDay === null ? NaN : day[row] - launchDay,
    ];
    for (let j = 0; j < columns.length; j++) columns[j][row] = values[j];
  }
  return { rows: day.length, names: DEMAND_COLUMNS, columns };
}

/** One row an observed day. A lag counts rows, not days: gaps are not filled (forecastlab 9.2). */
export function trainingFrame(history: DemandHistory, baseline: number): Matrix {
  const { day, quantity, unitPrice, isPromoted, isHoliday, launchDay = null } = history;
  assert(quantity.length === day.length, 'every observed day has a quantity');
  return fillFrame({
    day,
    launchDay,
    lagAt: (row, lag) => (row < lag ? NaN : quantity[row - lag]),
    priceFactor: (row) => finiteOr(1, (unitPrice?.[row] ?? NaN) / baseline),
    isPromoted,
    isHoliday,
  });
}

/**
 * One row a day to come; `tail` holds the last quantities observed, oldest first.
 *
 * A lag that reaches behind the last observation is NaN: never a forecast stands for a value (the direct strategy of forecastlab 9.3).
 */
export function futureFrame(tail: ArrayLike<number>, launchDay: number | null, plan: DemandPlan): Matrix {
  const { day, priceFactor, isPromoted, isHoliday } = plan;
  return fillFrame({
    day,
    launchDay,
    lagAt: (row, lag) => (row < lag ? (tail[tail.length + row - lag] ?? NaN) : NaN),
    priceFactor: (row) => priceFactor?.[row] ?? 1,
    isPromoted,
    isHoliday,
  });
}

const finiteOr = (other: number, value: number): number => (value - value === 0 ? value : other);
