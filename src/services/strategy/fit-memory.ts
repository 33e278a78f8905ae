/**
 * Folds that were learned lately, kept in this process: a training, a backtest and a sweep of one plan learn the same folds.
 *
 * A fold's fit is a pure function of its key, so remembering changes the time and never the numbers. Recipes are handed no
 * memory: a proof learns anew.
 */
import type { FoldFit } from '#engine/backtest/fit-fold.js';

export interface FitMemory {
  find(key: string): FoldFit | undefined;
  keep(key: string, fit: FoldFit): void;
}

/** The longest unused go first once the probabilities take more than this. */
const BYTES_MAX = 64 * 2 ** 20;

export function createFitMemory(bytesMax = BYTES_MAX): FitMemory {
  const fits = new Map<string, FoldFit>();
  let bytes = 0;
  const sizeOf = (fit: FoldFit) => fit.testProbabilities.byteLength + fit.innerProbabilities.byteLength;
  const drop = (key: string) => {
    const fit = fits.get(key);
    if (fit === undefined) return;
    fits.delete(key);
    bytes -= sizeOf(fit);
  };
  return {
    find(key) {
      const fit = fits.get(key);
      if (fit === undefined) return undefined;
      // A map keeps the order of insertion, so taking it out and in again makes it the youngest.
      fits.delete(key);
      fits.set(key, fit);
      return fit;
    },
    keep(key, fit) {
      drop(key);
      fits.set(key, fit);
      bytes += sizeOf(fit);
      for (const oldest of fits.keys()) {
        if (bytes <= bytesMax || fits.size === 1) break;
        drop(oldest);
      }
    },
  };
}
