/** Where profit and loss is worked out once per distinct set of entry thresholds: what makes a sweep of many configurations cheap. */
import type { LabelledMatrix } from '../frame/matrix.js';
import type { TradingMetrics } from '../metrics/trading.js';
import {
  chooseThreshold,
  confidenceCutOff,
  innerPredictions,
  type LevelScore,
  scoreLevel,
  type ThresholdChoice,
} from './choose-threshold.js';
import { type BacktestConfig, costRateOf, kindOfConfig } from './config.js';
import { type MarketPart, marketOn, metricsOf } from './outcome.js';
import { holdPositions, type Ledger } from './positions.js';
import { concatProbabilities, concatRows, type ForecastQuality, forecastQuality, type Segment } from './segments.js';
import { confidences, exposures, type Predictions } from './signals.js';

export interface Desk {
  readonly matrix: LabelledMatrix;
  /** Everything here is a pure function of its key: remembering changes the time, never the answer. */
  readonly remembered: Map<string, unknown>;
}

export const createDesk = ({ matrix }: { readonly matrix: LabelledMatrix }): Desk => ({
  matrix,
  remembered: new Map(),
});

function remember<T>(desk: Desk, key: string, make: () => T): T {
  if (!desk.remembered.has(key)) desk.remembered.set(key, make());
  return desk.remembered.get(key) as T;
}

export interface PathOutcome {
  readonly ledger: Ledger;
  readonly metrics: TradingMetrics;
}

export interface SegmentChoice extends Omit<ThresholdChoice, 'threshold'> {
  /** Null where top_pct alone decides. */
  readonly threshold: number | null;
  /** -Infinity without top_pct. */
  readonly cutOff: number;
}

export interface Nested extends PathOutcome {
  /** One a segment. */
  readonly choices: readonly SegmentChoice[];
}

/** The honest result: every fold under the threshold that its own train part chose. */
export function evaluateNested(desk: Desk, segments: readonly Segment[], path: number, config: BacktestConfig): Nested {
  const choices = segments.map((segment): SegmentChoice => {
    const cutOff = cutOffOf(desk, segment, config);
    if (kindOfConfig(config) === 'top_pct') return { threshold: null, byHour: new Map(), cutOff };
    const { thresholds } = config;
    if (thresholds.length === 1 && !config.perHourThresholds)
      return { threshold: thresholds[0]!, byHour: new Map(), cutOff };
    const scores = thresholds.map((threshold) => scoreOfLevel(desk, segment, Math.max(threshold, cutOff), config));
    return { ...chooseThreshold(thresholds, scores), cutOff };
  });
  return { choices, ...hold(desk, segments, path, choices, config) };
}

/** Every fold under one threshold: what the configuration would have earned had it been fixed beforehand. */
export function evaluateAt(
  desk: Desk,
  segments: readonly Segment[],
  path: number,
  threshold: number,
  config: BacktestConfig,
): PathOutcome {
  const choices = segments.map((segment) => ({
    threshold,
    byHour: new Map(),
    cutOff: cutOffOf(desk, segment, config),
  }));
  return hold(desk, segments, path, choices, config);
}

/** Share of the path's rows whose confidence reached the cut-off; 0 without rows. */
export function realisedShare(desk: Desk, segments: readonly Segment[], config: BacktestConfig): number {
  let reached = 0;
  let rows = 0;
  for (const segment of segments) {
    const cutOff = cutOffOf(desk, segment, config);
    for (const confidence of confidences(desk.matrix, segment)) if (confidence >= cutOff) reached++;
    rows += segment.rows.length;
  }
  return rows === 0 ? 0 : reached / rows;
}

function hold(
  desk: Desk,
  segments: readonly Segment[],
  path: number,
  choices: readonly SegmentChoice[],
  config: BacktestConfig,
): PathOutcome {
  const levels = choices.map((choice) => [levelOf(choice), [...choice.byHour]]);
  return remember(
    desk,
    JSON.stringify(['hold', path, levels, rulesOf(config), config.perHourThresholds && choices]),
    () => {
      const { predictions, market } = pathOf(desk, segments, path);
      const wanted = exposures(desk.matrix, predictions, entryLevels(desk, segments, choices), config);
      const ledger = holdPositions(desk.matrix, predictions.rows, wanted, {
        costRate: costRateOf(config),
        fill: config.fill,
      });
      return { ledger, metrics: metricsOf(ledger, market) };
    },
  );
}

/** What is common to all configurations on one path. */
export interface PathFacts {
  readonly predictions: Predictions;
  readonly market: MarketPart;
  /** One a segment. */
  readonly markets: readonly MarketPart[];
  readonly quality: ForecastQuality;
}

export const pathOf = (desk: Desk, segments: readonly Segment[], path: number): PathFacts =>
  remember(desk, `path:${path}`, () => {
    const predictions = { rows: concatRows(segments), probabilities: concatProbabilities(segments) };
    return {
      predictions,
      market: marketOn(desk.matrix, predictions.rows),
      markets: segments.map(({ rows }) => marketOn(desk.matrix, rows)),
      quality: forecastQuality(desk.matrix, predictions),
    };
  });

/** All that changes profit and loss beside the levels of entry: these enter by what they come to, so that equal ones are worked out once. */
function rulesOf({
  thresholds: _,
  topPct: __,
  combine: ___,
  perHourThresholds: ____,
  selectBy: _____,
  ...rest
}: BacktestConfig) {
  return rest;
}

const scoreOfLevel = (desk: Desk, segment: Segment, level: number, config: BacktestConfig): LevelScore => {
  const key = JSON.stringify([
    'score',
    segment.fold,
    String(level),
    rulesOf(config),
    config.selectBy,
    config.perHourThresholds,
  ]);
  return remember(desk, key, () => scoreLevel(desk.matrix, innerOf(desk, segment), level, config));
};

/** Both conditions at once: probability at least the threshold, confidence at least the cut-off. JSON knows no Infinity, so it is text there. */
const levelOf = ({ threshold, cutOff }: SegmentChoice): number | string => {
  const level = Math.max(threshold ?? -Infinity, cutOff);
  return Number.isFinite(level) ? level : String(level);
};

function entryLevels(desk: Desk, segments: readonly Segment[], choices: readonly SegmentChoice[]): Float64Array {
  const levels: number[] = [];
  segments.forEach(({ rows }, at) => {
    const { threshold, byHour, cutOff } = choices[at]!;
    for (const row of rows)
      levels.push(Math.max(byHour.get(desk.matrix.hourEt[row]!) ?? threshold ?? -Infinity, cutOff));
  });
  return Float64Array.from(levels);
}

const innerOf = (desk: Desk, { fold, trainRows, innerProbabilities }: Segment): Predictions =>
  remember(desk, `inner:${fold}`, () => innerPredictions(trainRows, innerProbabilities));

const cutOffOf = (desk: Desk, segment: Segment, { topPct }: BacktestConfig): number =>
  remember(desk, `cut-off:${segment.fold}:${topPct}`, () =>
    confidenceCutOff(desk.matrix, innerOf(desk, segment), topPct),
  );
