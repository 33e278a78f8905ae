/** Folds on the wire (stage1.md 4.1). */
import { z } from 'zod';
import type { Json, JsonObject } from '#base/json.js';
import type { Fold } from '#services/research/run.service.js';
import { objectOrText, orNothing } from './fields.js';

const wholeOrNothing = orNothing(z.int());

export const FoldPost = z.looseObject({
  fold_number: z.int(),
  train_start_idx: wholeOrNothing,
  train_end_idx: wholeOrNothing,
  test_start_idx: wholeOrNothing,
  test_end_idx: wholeOrNothing,
  train_start: wholeOrNothing,
  train_end: wholeOrNothing,
  test_start: wholeOrNothing,
  test_end: wholeOrNothing,
  samples_train: wholeOrNothing,
  samples_test: wholeOrNothing,
  best_iteration: wholeOrNothing,
  best_score: orNothing(z.number()),
  thresholds: orNothing(objectOrText),
  metrics: orNothing(objectOrText),
});

/** `run_id` is told by the run the fold stands in. */
const COLUMNS = new Set([...Object.keys(FoldPost.shape), 'run_id']);

export const toFold = (body: z.output<typeof FoldPost>): Fold => ({
  foldNumber: body.fold_number,
  trainStartIdx: body.train_start_idx ?? body.train_start ?? 0,
  trainEndIdx: body.train_end_idx ?? body.train_end ?? 0,
  testStartIdx: body.test_start_idx ?? body.test_start ?? 0,
  testEndIdx: body.test_end_idx ?? body.test_end ?? 0,
  samplesTrain: body.samples_train ?? 0,
  samplesTest: body.samples_test ?? 0,
  bestIteration: body.best_iteration ?? null,
  bestScore: body.best_score ?? null,
  thresholds: body.thresholds ?? {},
  metrics: body.metrics ?? {},
  extra: Object.fromEntries(Object.entries(body).filter(([key]) => !COLUMNS.has(key))) as JsonObject,
});

export const FoldWire = z.looseObject({ run_id: z.string(), fold_number: z.int() });

export const toFoldWire = (runId: string, fold: Fold): z.infer<typeof FoldWire> => ({
  ...fold.extra,
  run_id: runId,
  fold_number: fold.foldNumber,
  train_start_idx: fold.trainStartIdx,
  train_end_idx: fold.trainEndIdx,
  test_start_idx: fold.testStartIdx,
  test_end_idx: fold.testEndIdx,
  train_start: fold.trainStartIdx,
  train_end: fold.trainEndIdx,
  test_start: fold.testStartIdx,
  test_end: fold.testEndIdx,
  samples_train: fold.samplesTrain,
  samples_test: fold.samplesTest,
  best_iteration: fold.bestIteration,
  best_score: fold.bestScore,
  // Copies for a client that reads the fold flat.
  hit_rate: copyOf(fold.metrics['hit_rate'], fold.extra['hit_rate']),
  short_hit_rate: copyOf(fold.metrics['short_hit_rate'], fold.extra['short_hit_rate']),
  profit_factor_test: copyOf(fold.metrics['profit_factor_test'], fold.extra['profit_factor_test']),
  long_threshold: copyOf(fold.thresholds['long_optimal'], fold.extra['long_threshold']),
  short_threshold: copyOf(fold.thresholds['short_optimal'], fold.extra['short_threshold']),
  thresholds: fold.thresholds,
  metrics: fold.metrics,
});

/** The first of them that is a number, else 0. */
const copyOf = (...values: readonly (Json | undefined)[]) => values.find((value) => typeof value === 'number') ?? 0;
