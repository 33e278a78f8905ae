/**
 * How a kind of artifact is made again from what it was made from.
 *
 * Rules: the bytes depend on nothing but what the input holds; no clock, no chance but the seed, no order of workers. The
 * same function makes the artifact the first time, so that there are never two accounts of it.
 */
import type { JsonObject } from '#base/json.js';

export interface RecipeInput {
  /** The parents' bytes, checked against their names, in the order the artifact lists them. */
  readonly parents: readonly Buffer[];
  readonly params: JsonObject;
  readonly codeVersion: string;
  readonly seed: number | null;
  readonly signal?: AbortSignal;
}

export interface Recipe {
  /** The artifact kind it makes: `matrix`, `model`, `backtest`. */
  readonly kind: string;
  recompute(input: RecipeInput): Promise<Uint8Array>;
}
