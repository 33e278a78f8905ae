/** Where profit and loss is worked out once per distinct set of entry thresholds: what makes a sweep of many configurations cheap. */
import type { LabelledMatrix } from '../frame/matrix.js';
import type { TradingMetrics } from '../metrics/trading.js';
import {
  chooseThreshold,
  confidenceCutOff,
  innerPredictions,
  type LevelScore,
  scoreByMetrics,
  scoreLevel,
  type ThresholdChoice,
} from './choose-threshold.js';
import { type BacktestConfig, costRateOf, kindOfConfig } from './config.js';
import { metricsOfStance } from './earn.js';
import { type MarketPart, marketOn } from './outcome.js';
import { holdPositions, type Ledger } from './positions.js';
import { concatProbabilities, concatRows, type ForecastQuality, forecastQuality, type Segment } from './segments.js';
import { exposures, type Predictions } from './signals.js';
import { type Stance, stanceOf } from './stance.js';
import { type Track, trackOf } from './track.js';

export interface Desk {
  readonly matrix: LabelledMatrix;
  /** Everything here is a pure function of its key: remembering changes the time, never the answer. */
  readonly remembered: Map<string, unknown>;
  /** The newest stances: large, and asked for again only by configurations that differ in costs. */
  readonly stances: Map<string, Stance>;
}

// As many as one configuration with a long list of thresholds has levels on its path and its folds.
const STANCES_MAX = 64;

export const createDesk = ({ matrix }: { readonly matrix: LabelledMatrix }): Desk => ({
  matrix,
  remembered: new Map(),
  stances: new Map(),
});

function remember<T>(desk: Desk, key: string, make: () => T): T {
  if (!desk.remembered.has(key)) desk.remembered.set(key, make());
  return desk.remembered.get(key) as T;
}

export interface SegmentChoice extends Omit<ThresholdChoice, 'threshold'> {
  /** Null where top_pct alone decides. */
  readonly threshold: number | null;
  /** -Infinity without top_pct. */
  readonly cutOff: number;
}

export interface Nested {
  readonly metrics: TradingMetrics;
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
  return { choices, metrics: metricsUnder(desk, segments, path, choices, config) };
}

/** Every fold under one threshold: what the configuration would have earned had it been fixed beforehand. */
export function evaluateAt(
  desk: Desk,
  segments: readonly Segment[],
  path: number,
  threshold: number,
  config: BacktestConfig,
): TradingMetrics {
  const choices = segments.map((segment) => ({
    threshold,
    byHour: new Map(),
    cutOff: cutOffOf(desk, segment, config),
  }));
  return metricsUnder(desk, segments, path, choices, config);
}

/** Share of the path's rows whose confidence reached the cut-off; 0 without rows. */
export const realisedShare = (desk: Desk, segments: readonly Segment[], path: number, config: BacktestConfig): number =>
  remember(desk, `realised:${path}:${config.topPct}`, () => {
    const { confidence } = trackOn(desk, segments, path, config);
    let reached = 0;
    let from = 0;
    for (const segment of segments) {
      const cutOff = cutOffOf(desk, segment, config);
      const to = from + segment.rows.length;
      for (; from < to; from++) if (confidence[from]! >= cutOff) reached++;
    }
    return from === 0 ? 0 : reached / from;
  });

export interface Held {
  readonly ledger: Ledger;
  /** One entry a row of the ledger: the side that was wanted there. */
  readonly signals: Int8Array;
}

/** Bar by bar, what the choices lead to: for the one result that is looked at closely. */
export function holdUnder(
  desk: Desk,
  segments: readonly Segment[],
  path: number,
  choices: readonly SegmentChoice[],
  config: BacktestConfig,
): Held {
  const { predictions } = pathOf(desk, segments, path);
  const wanted = exposures(desk.matrix, predictions, entryLevels(desk, segments, choices), config);
  const rules = { costRate: costRateOf(config), fill: config.fill };
  return {
    ledger: holdPositions(desk.matrix, predictions.rows, wanted, rules),
    signals: Int8Array.from(wanted, Math.sign),
  };
}

function metricsUnder(
  desk: Desk,
  segments: readonly Segment[],
  path: number,
  choices: readonly SegmentChoice[],
  config: BacktestConfig,
): TradingMetrics {
  const levels = choices.map((choice) => [levelOf(choice), [...choice.byHour]]);
  const key = JSON.stringify(['path', path, levels, rulesOf(config), config.perHourThresholds && choices]);
  return remember(desk, `${key}:${costRateOf(config)}`, () => {
    const track = trackOn(desk, segments, path, config);
    const stance = stanceFor(desk, key, () =>
      stanceOf(desk.matrix, track, entryLevels(desk, segments, choices), config),
    );
    return metricsOfStance(track, stance, costRateOf(config));
  });
}

function stanceFor(desk: Desk, key: string, make: () => Stance): Stance {
  const known = desk.stances.get(key);
  if (known !== undefined) return known;
  if (desk.stances.size >= STANCES_MAX) desk.stances.delete(desk.stances.keys().next().value!);
  const stance = make();
  desk.stances.set(key, stance);
  return stance;
}

const trackOn = (desk: Desk, segments: readonly Segment[], path: number, { fill }: BacktestConfig): Track =>
  remember(desk, `track:${path}:${fill}`, () => trackOf(desk.matrix, pathOf(desk, segments, path).predictions, fill));

/** What is common to all configurations on one path. */
export interface PathFacts {
  readonly predictions: Predictions;
  readonly market: MarketPart;
  /** One a segment. */
  readonly markets: readonly MarketPart[];
}

export const pathOf = (desk: Desk, segments: readonly Segment[], path: number): PathFacts =>
  remember(desk, `path:${path}`, () => {
    const predictions = { rows: concatRows(segments), probabilities: concatProbabilities(segments) };
    return {
      predictions,
      market: marketOn(desk.matrix, predictions.rows),
      markets: segments.map(({ rows }) => marketOn(desk.matrix, rows)),
    };
  });

export const qualityOf = (desk: Desk, segments: readonly Segment[], path: number): ForecastQuality =>
  remember(desk, `quality:${path}`, () => forecastQuality(desk.matrix, pathOf(desk, segments, path).predictions));

/** All that changes which bars are held beside the levels of entry: these enter by what they come to, so that equal ones are worked out once. */
const rulesOf = ({ exitThreshold, sizeByConf, confCap, momentumGate, longOnly, fill }: BacktestConfig) => [
  exitThreshold,
  sizeByConf,
  confCap,
  momentumGate,
  longOnly,
  fill,
];

function scoreOfLevel(desk: Desk, segment: Segment, level: number, config: BacktestConfig): LevelScore {
  const { selectBy, perHourThresholds, fill } = config;
  const key = JSON.stringify(['inner', segment.fold, String(level), rulesOf(config)]);
  const costRate = costRateOf(config);
  return remember(desk, `${key}:${costRate}:${selectBy}:${perHourThresholds}`, () => {
    const inner = innerOf(desk, segment);
    if (perHourThresholds) return scoreLevel(desk.matrix, inner, level, config);
    const track = remember(desk, `inner-track:${segment.fold}:${fill}`, () => trackOf(desk.matrix, inner, fill));
    const stance = stanceFor(desk, key, () =>
      stanceOf(desk.matrix, track, new Float64Array(track.bars).fill(level), config),
    );
    return { overall: scoreByMetrics(metricsOfStance(track, stance, costRate), selectBy), byHour: new Map() };
  });
}

/** Both conditions at once: probability at least the threshold, confidence at least the cut-off. JSON knows no Infinity, so it is text there. */
const levelOf = ({ threshold, cutOff }: SegmentChoice): number | string => {
  const level = Math.max(threshold ?? -Infinity, cutOff);
  return Number.isFinite(level) ? level : String(level);
};

function entryLevels(desk: Desk, segments: readonly Segment[], choices: readonly SegmentChoice[]): Float64Array {
  const levels = new Float64Array(segments.reduce((sum, { rows }) => sum + rows.length, 0));
  let from = 0;
  segments.forEach(({ rows }, at) => {
    const { threshold, byHour, cutOff } = choices[at]!;
    const common = Math.max(threshold ?? -Infinity, cutOff);
    levels.fill(common, from, from + rows.length);
    for (let i = 0; byHour.size > 0 && i < rows.length; i++) {
      const own = byHour.get(desk.matrix.hourEt[rows[i]!]!);
      if (own !== undefined) levels[from + i] = Math.max(own, cutOff);
    }
    from += rows.length;
  });
  return levels;
}

const innerOf = (desk: Desk, { fold, trainRows, innerProbabilities }: Segment): Predictions =>
  remember(desk, `inner:${fold}`, () => innerPredictions(trainRows, innerProbabilities));

const cutOffOf = (desk: Desk, segment: Segment, { topPct }: BacktestConfig): number =>
  topPct === null
    ? -Infinity
    : remember(desk, `cut-off:${segment.fold}:${topPct}`, () =>
        confidenceCutOff(desk.matrix, innerOf(desk, segment), topPct),
      );
