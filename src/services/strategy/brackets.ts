/** The bracket replay of a run (sigma 12.7): what its policy asks, the bars it is walked on, and how it is said. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { type BracketReplay, type BracketRules, ENTRY_MODES } from '#engine/backtest/bracket-replay.js';
import type { BacktestResult } from '#engine/backtest/evaluate.js';
import type { BarInterval } from '#engine/calendar/bar-interval.js';
import { findArtifact } from '#store/artifact.store.js';
import type { StrategyDesk } from './desk.js';
import { readSources } from './matrix-work.js';
import type { OpenModel } from './model-access.js';
import { objectAt } from './model-config.js';
import type { Ground } from './run-folds.js';

/** The keys of `execution.brackets` that a replay follows, filled; undefined where the policy has none or they are off. */
export function bracketsInForce({ policy, verdict }: Pick<OpenModel, 'policy' | 'verdict'>): JsonObject | undefined {
  const written = objectAt(objectAt(policy?.policy ?? {}, 'execution'), 'brackets');
  const brackets = objectAt(verdict.executionEffective, 'brackets');
  if (Object.keys(written).length === 0 || brackets['enabled'] !== true) return undefined;
  return Object.fromEntries(REPLAYED_KEYS.map((key) => [key, brackets[key]!]));
}

const REPLAYED_KEYS = [
  'mode',
  'entry_mode',
  'atr_period',
  'atr_mult_stop',
  'atr_mult_target',
  'time_stop_minutes',
  'min_rr',
  'regime_adjust',
];

/** Brackets with the bars they are replayed on: all that a replay needs besides the signals and the bars' bytes. */
interface BracketWork {
  readonly brackets: JsonObject;
  readonly interval: BarInterval;
  readonly cadence: BarInterval;
}

/** What a run's document says of its replay. Null: brackets are on, and there was nothing to replay them on. */
export interface ReplayedBrackets {
  readonly parity: JsonObject | null;
  readonly warnings: readonly string[];
  /** What the replay was made from, for the proof; undefined where there was none. */
  readonly from: { readonly work: BracketWork; readonly barsSha: string } | undefined;
}

type Tested = { readonly result: BacktestResult; readonly ground: Ground };

/** One entry a configuration; undefined where the run has no brackets. */
export async function replayRun(
  desk: Pick<StrategyDesk, 'db' | 'artifacts' | 'compute'>,
  params: JsonObject,
  tested: readonly Tested[],
  signal?: AbortSignal,
): Promise<readonly (ReplayedBrackets | undefined)[]> {
  const brackets = params['brackets'] as JsonObject | undefined;
  if (brackets === undefined) return tested.map(() => undefined);
  const refusal = whyNotReplayed(brackets);
  const from = refusal === undefined ? await findBars(desk, params, brackets) : undefined;
  if (from === undefined) {
    const why = refusal ?? 'the matrix is a file of its own, without the bars it was made from';
    return tested.map(() => ({ parity: null, warnings: [`parity_not_evaluated: ${why}`], from }));
  }
  const csv = await desk.artifacts.read(from.barsSha);
  const replays = await replayOn(desk, from.work, csv, tested, signal);
  return replays.map((replay) => ({ ...replay, from }));
}

/** A word of the policy that has no replay is told, never read as another. */
function whyNotReplayed({ mode, entry_mode: entryMode }: JsonObject): string | undefined {
  if (mode !== 'atr') return `brackets of mode ${String(mode)} have no replay`;
  return ENTRY_MODES.some((known) => known === entryMode) ? undefined : `entry_mode ${String(entryMode)} is unknown`;
}

/** The snapshot of the ticker's own bars that the matrix was made from. */
async function findBars(
  desk: Pick<StrategyDesk, 'db'>,
  params: JsonObject,
  brackets: JsonObject,
): Promise<ReplayedBrackets['from']> {
  const { artifact_sha: sha, cadence } = params['matrix'] as Record<string, string>;
  const matrix = await findArtifact(desk.db, sha!);
  if (matrix === undefined) throw errors.artifactMissing(sha!);
  const [barsSha] = matrix.parents;
  if (barsSha === undefined) return undefined;
  const { interval } = readSources(matrix.params)[0]!;
  assert(interval !== null, "a matrix's first source is its own bars");
  return { work: { brackets, interval, cadence: cadence as BarInterval }, barsSha };
}

export async function replayOn(
  desk: Pick<StrategyDesk, 'compute'>,
  work: BracketWork,
  csv: Uint8Array,
  tested: readonly Tested[],
  signal?: AbortSignal,
): Promise<Omit<ReplayedBrackets, 'from'>[]> {
  const { brackets, interval, cadence } = work;
  const replays = await desk.compute.run(
    'replayBrackets',
    { csv, interval, cadence, rules: rulesOf(brackets), signals: tested.map(signalsOf) },
    signal === undefined ? {} : { signal },
  );
  const warnings = warningsOf(work);
  return replays.map((replay) => ({ parity: parityDocument(replay, brackets), warnings }));
}

const rulesOf = (brackets: JsonObject): BracketRules => ({
  entryMode: brackets['entry_mode'] as BracketRules['entryMode'],
  atrPeriod: brackets['atr_period'] as number,
  atrMultStop: brackets['atr_mult_stop'] as number,
  atrMultTarget: brackets['atr_mult_target'] as number,
  timeStopMinutes: brackets['time_stop_minutes'] as number,
  minRr: brackets['min_rr'] as number,
});

function signalsOf({ result: { ledger, signals }, ground: { matrix } }: Tested) {
  const at = [...signals.keys()].filter((k) => signals[k] !== 0);
  return {
    t0Ms: Float64Array.from(at, (k) => matrix.t0Ms[ledger.rows[k]!]!),
    side: Int8Array.from(at, (k) => signals[k]!),
  };
}

function warningsOf({ interval, brackets }: BracketWork): string[] {
  const said: string[] = [];
  if (interval === 'day')
    said.push(
      'parity_resolution_day: brackets were replayed on daily bars, one a session: the time stop cannot act, and a session that touched both levels counts as a stop',
    );
  else if (interval !== '1m')
    said.push(`parity_resolution_${interval}: brackets were replayed on bars of ${interval}, the finest of the matrix`);
  if (brackets['regime_adjust'] === true) said.push('regime_adjust is not applied to the bracket replay');
  return said;
}

function parityDocument(replay: BracketReplay, brackets: JsonObject): JsonObject {
  if (!replay.ok) return { ok: false, trades: 0 };
  return {
    ok: true,
    trades: replay.trades,
    hit_rate: replay.hitRate,
    avg_rr: replay.avgRr,
    avg_return_pct: replay.avgReturnPct,
    entry_mode: brackets['entry_mode']!,
    atr_mult_stop: brackets['atr_mult_stop']!,
    atr_mult_target: brackets['atr_mult_target']!,
    time_stop_minutes: brackets['time_stop_minutes']!,
    stops: replay.stops,
    targets: replay.targets,
    timeouts: replay.timeouts,
    ambiguous_bars: replay.ambiguousBars,
  };
}

/** The part of an artifact's params that the replay's proof needs, and its reading. */
export const bracketParams = (work: BracketWork): JsonObject => ({
  brackets: work.brackets,
  interval: work.interval,
  cadence: work.cadence,
});

export const readBracketParams = (document: JsonObject): BracketWork => ({
  brackets: document['brackets'] as JsonObject,
  interval: document['interval'] as BarInterval,
  cadence: document['cadence'] as BarInterval,
});
