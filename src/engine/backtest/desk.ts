/** Where profit and loss is worked out once per distinct set of entry thresholds: what makes a sweep of many configurations cheap. */
import type { LabelledMatrix } from '../frame/matrix.js';
import type { KernelHost } from '../kernels/kernel.js';
import type { SweepRoom } from '../kernels/sweep-kernel.js';
import { openSweepRoom } from '../kernels/sweep-room.js';
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
import { metricsAtRates } from './earn.js';
import { type MarketPart, marketOn } from './outcome.js';
import { holdPositions, type Ledger } from './positions.js';
import { concatProbabilities, concatRows, type ForecastQuality, forecastQuality, type Segment } from './segments.js';
import { exposures, type Predictions } from './signals.js';
import { type Track, trackOf } from './track.js';

export interface Desk {
  readonly matrix: LabelledMatrix;
  /** Everything here is a pure function of its key: remembering changes the time, never the answer. */
  readonly remembered: Map<string, unknown>;
  readonly room: SweepRoom;
}

/** A host with WebAssembly changes how long it takes, never the answer. */
export const createDesk = ({ matrix }: { readonly matrix: LabelledMatrix }, kernels?: KernelHost): Desk => ({
  matrix,
  remembered: new Map(),
  room: openSweepRoom(kernels),
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

/** Configurations that differ in costs only: what they hold is the same as long as they choose the same thresholds. */
export interface Family {
  /** Any of them, for all but the costs. */
  readonly config: BacktestConfig;
  /** One a member. */
  readonly costRates: readonly number[];
}

export const familyOf = (members: readonly BacktestConfig[]): Family => ({
  config: members[0]!,
  costRates: members.map(costRateOf),
});

/** The honest result, one a member: every fold under the threshold that its own train part chose. */
export function evaluateNested(desk: Desk, segments: readonly Segment[], path: number, family: Family): Nested[] {
  const chosen = chooseAll(desk, segments, family);
  const nested: Nested[] = new Array(chosen.length);
  for (const members of alike(chosen)) {
    const choices = chosen[members[0]!]!;
    const costRates = members.map((member) => family.costRates[member]!);
    const metrics = metricsUnder(desk, segments, path, choices, { config: family.config, costRates });
    members.forEach((member, at) => {
      nested[member] = { choices: chosen[member]!, metrics: metrics[at]! };
    });
  }
  return nested;
}

/** Members whose choices come to the same. */
function alike(chosen: readonly (readonly SegmentChoice[])[]): Iterable<number[]> {
  if (chosen.every((choices) => choices === chosen[0])) return [chosen.map((_, member) => member)];
  const byKey = new Map<string, number[]>();
  chosen.forEach((choices, member) => {
    const key = levelsKey(choices);
    const members = byKey.get(key);
    if (members === undefined) byKey.set(key, [member]);
    else members.push(member);
  });
  return byKey.values();
}

/** One a member, and within it one a segment. */
function chooseAll(desk: Desk, segments: readonly Segment[], { config, costRates }: Family): SegmentChoice[][] {
  const { thresholds } = config;
  const cutOffs = segments.map((segment) => cutOffOf(desk, segment, config));
  if (kindOfConfig(config) === 'top_pct' || (thresholds.length === 1 && !config.perHourThresholds)) {
    const threshold = kindOfConfig(config) === 'top_pct' ? null : thresholds[0]!;
    const common = cutOffs.map((cutOff): SegmentChoice => ({ threshold, byHour: new Map(), cutOff }));
    return costRates.map(() => common);
  }
  const scores = segments.map((segment, at) =>
    thresholds.map((threshold) =>
      scoresOfLevel(desk, segment, Math.max(threshold, cutOffs[at]!), { config, costRates }),
    ),
  );
  return costRates.map((_, member) =>
    scores.map((byLevel, at) => ({
      ...chooseThreshold(
        thresholds,
        byLevel.map((members) => members[member]!),
      ),
      cutOff: cutOffs[at]!,
    })),
  );
}

/** Every fold under one threshold, one a member: what it would have earned had the threshold been fixed beforehand. */
export function evaluateAt(
  desk: Desk,
  segments: readonly Segment[],
  path: number,
  threshold: number,
  family: Family,
): readonly TradingMetrics[] {
  const choices = segments.map((segment) => ({
    threshold,
    byHour: new Map(),
    cutOff: cutOffOf(desk, segment, family.config),
  }));
  return metricsUnder(desk, segments, path, choices, family);
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
  const wanted = exposures(
    desk.matrix,
    predictions,
    entryLevels(desk, segments, choices, new Float64Array(predictions.rows.length)),
    config,
  );
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
  { config, costRates }: Family,
): TradingMetrics[] {
  const key = JSON.stringify(['path', path, levelsKey(choices), rulesOf(config)]);
  return atRates(desk, key, costRates, (missing) => {
    const track = trackOn(desk, segments, path, config);
    return metricsAtRates({ ...desk, track }, entryLevels(desk, segments, choices, track.entry), config, missing);
  });
}

/** Works out the rates that are not known yet, all at once. */
function atRates<T>(
  desk: Desk,
  key: string,
  costRates: readonly number[],
  make: (missing: readonly number[]) => readonly T[],
): T[] {
  const known = remember(desk, key, () => new Map<number, T>());
  const missing = [...new Set(costRates)].filter((rate) => !known.has(rate));
  if (missing.length > 0)
    make(missing).forEach((made, at) => {
      known.set(missing[at]!, made);
    });
  return costRates.map((rate) => known.get(rate)!);
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

/** How well a level of entry did on the segment's inner rows, one a member. */
function scoresOfLevel(desk: Desk, segment: Segment, level: number, { config, costRates }: Family): LevelScore[] {
  const { selectBy, perHourThresholds, fill } = config;
  const inner = innerOf(desk, segment);
  const key = JSON.stringify(['inner', segment.fold, String(level), rulesOf(config)]);
  if (perHourThresholds)
    return atRates(desk, `${key}:hours:${selectBy}`, costRates, (missing) =>
      missing.map((costRate) => scoreLevel(desk.matrix, inner, level, config, costRate)),
    );
  const metrics = atRates(desk, key, costRates, (missing) => {
    const track = remember(desk, `inner-track:${segment.fold}:${fill}`, () => trackOf(desk.matrix, inner, fill));
    return metricsAtRates({ ...desk, track }, track.entry.fill(level), config, missing);
  });
  return metrics.map((one) => ({ overall: scoreByMetrics(one, selectBy), byHour: new Map() }));
}

/** Both conditions at once: probability at least the threshold, confidence at least the cut-off. JSON knows no Infinity, so it is text there. */
const levelOf = ({ threshold, cutOff }: SegmentChoice): number | string => {
  const level = Math.max(threshold ?? -Infinity, cutOff);
  return Number.isFinite(level) ? level : String(level);
};

/** Equal texts lead to equal levels of entry at every row. */
const levelsKey = (choices: readonly SegmentChoice[]): string =>
  JSON.stringify(choices.map((choice) => [levelOf(choice), ...hoursOf(choice)]));

/** What an hour chose is limited by the cut-off as well. */
const hoursOf = ({ byHour, cutOff }: SegmentChoice) =>
  [...byHour].map(([hour, threshold]) => [hour, Math.max(threshold, cutOff)]);

function entryLevels(
  desk: Desk,
  segments: readonly Segment[],
  choices: readonly SegmentChoice[],
  levels: Float64Array,
): Float64Array {
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
