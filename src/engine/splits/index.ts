/** All splitters, once: name, registration and contract test come from this list. */
import { combinatorial } from './combinatorial.js';
import { purgedKFold } from './purged-k-fold.js';
import type { Splitter } from './split.js';
import { walkForward } from './walk-forward.js';

export const SPLITTERS: readonly Splitter[] = [purgedKFold, walkForward, combinatorial];

export const CV_SCHEMES = ['purged_kfold', 'walk_forward', 'cpcv'] as const;
export type CvScheme = (typeof CV_SCHEMES)[number];

export const splitterOf = (scheme: CvScheme): Splitter => SPLITTERS.find(({ name }) => name === scheme)!;
