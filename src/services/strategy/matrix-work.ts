/** What a matrix is to be made of, resolved to the last default: the order of a build, and by its hash the matrix's name (sigma 10.6). */
import type { Json, JsonObject } from '#base/json.js';
import type { BarInterval } from '#engine/calendar/bar-interval.js';
import { formatDay, parseDay } from '#engine/calendar/civil-date.js';
import { CALENDAR_ZONE, calendarVersion } from '#engine/calendar/exchange-calendar.js';
import type { IndicatorRequest } from '#engine/indicators/resolve.js';
import type { FlowWish } from '#engine/matrix/option-flow-columns.js';
import { shaOf } from './identifiers.js';

export interface MatrixWork {
  readonly ticker: string;
  readonly cadence: BarInterval;
  /** Resolved, with every parameter, in the order of the matrix. */
  readonly indicators: readonly IndicatorRequest[];
  readonly features: readonly string[] | null;
  readonly label: { readonly kind: string; readonly params: JsonObject };
  readonly kSigma: number | null;
  readonly fixedBp: number | null;
  readonly distanceMax: number;
  /** The option flow of a model of options; null for shares, whose matrices have none. */
  readonly flow: Omit<FlowWish, 'distanceMax'> | null;
  /** Rate that volatilities are solved with where option data are read; 0 elsewhere. */
  readonly riskFree: number;
  readonly allowedHours: readonly number[] | null;
  /** Day numbers, both included. */
  readonly startDay: number;
  readonly endDay: number;
}

/** One snapshot of data that a matrix was made from: bars at an interval, or option data, which have none. */
export type DataSource = SourceName & SourceExtent;

export interface BarSourceName {
  readonly role: 'bars' | 'daily' | 'related';
  readonly ticker: string;
  readonly interval: BarInterval;
}

export type SourceName =
  | BarSourceName
  | { readonly role: 'chain' | 'flow'; readonly ticker: string; readonly interval: null };

interface SourceExtent {
  /** Microseconds of the first and last row. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly sha256: string;
}

/** The object whose hash is matrix_sha. It holds all that its recipe needs besides the snapshots' bytes. */
export const matrixKey = (work: MatrixWork, sources: readonly DataSource[]): JsonObject => ({
  schema: 1,
  ticker: work.ticker,
  data: sources.map((source) => ({
    kind: source.role,
    ticker: source.ticker,
    interval: source.interval,
    from: source.fromUs,
    to: source.toUs,
    content_sha: source.sha256,
  })),
  tz: CALENDAR_ZONE,
  calendar_version: calendarVersion,
  ...workDocument(work),
});

export const matrixShaOf = (key: JsonObject): string => shaOf(key);

/** The work alone, without the data it will meet: what a build's row keeps. */
export const workDocument = (work: MatrixWork): JsonObject => ({
  ticker: work.ticker,
  start: formatDay(work.startDay),
  end: formatDay(work.endDay),
  cadence: work.cadence,
  indicator_set: work.indicators as readonly Json[],
  features: work.features,
  label: work.label,
  hours: work.allowedHours,
  distance_max: work.distanceMax,
  k_sigma: work.kSigma,
  fixed_bp: work.fixedBp,
  // A matrix of shares keeps the name it had before there were options.
  ...(work.flow === null ? {} : { option_flow: { ...work.flow } }),
  ...(work.riskFree === 0 ? {} : { risk_free: work.riskFree }),
});

/** Reads what workDocument or matrixKey wrote. */
export function readWork(document: JsonObject): MatrixWork {
  return {
    ticker: document['ticker'] as string,
    cadence: document['cadence'] as BarInterval,
    indicators: document['indicator_set'] as readonly IndicatorRequest[],
    features: document['features'] as readonly string[] | null,
    label: document['label'] as MatrixWork['label'],
    kSigma: document['k_sigma'] as number | null,
    fixedBp: document['fixed_bp'] as number | null,
    distanceMax: document['distance_max'] as number,
    flow: (document['option_flow'] ?? null) as MatrixWork['flow'],
    riskFree: (document['risk_free'] ?? 0) as number,
    allowedHours: document['hours'] as readonly number[] | null,
    startDay: parseDay(document['start'] as string)!,
    endDay: parseDay(document['end'] as string)!,
  };
}

/** The data of a matrix's key, in the order of its parents. */
export const readSources = (key: JsonObject): SourceName[] =>
  (key['data'] as readonly JsonObject[]).map(
    (source) => ({ role: source['kind'], ticker: source['ticker'], interval: source['interval'] }) as SourceName,
  );
