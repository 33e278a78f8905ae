/** All splitters, once: name, registration and contract test come from this list. */
import { anchoredWalkForward } from './anchored-walk-forward.js';
import { combinatorial } from './combinatorial.js';
import { expanding, sliding } from './forecast-folds.js';
import { purgedKFold } from './purged-k-fold.js';
import { rollingWalkForward } from './rolling-walk-forward.js';
import type { Splitter } from './split.js';
import { walkForward } from './walk-forward.js';

export const SPLITTERS: readonly Splitter[] = [
  purgedKFold,
  walkForward,
  combinatorial,
  rollingWalkForward,
  anchoredWalkForward,
  expanding,
  sliding,
];

/** Those a client of sigma may name (12.1). */
export const CV_SCHEMES = ['purged_kfold', 'walk_forward', 'cpcv'] as const;
export type CvScheme = (typeof CV_SCHEMES)[number];

export const splitterOf = (scheme: CvScheme): Splitter => SPLITTERS.find(({ name }) => name === scheme)!;
