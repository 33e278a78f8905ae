/** All classifiers, once: names on the wire, defaults and the contract test come from this list. */
import { errors } from '#base/errors.js';
import { type FittedGbm, gbm } from './gbm.js';
import { type FittedLogit, logit } from './logit.js';
import type { Classifier } from './model.js';
import { type FittedRf, rf } from './rf.js';

export type FittedModel = FittedLogit | FittedGbm | FittedRf;

/** Each reads back only what it wrote itself; `kind` says which that is. */
export const MODELS = [logit, gbm, rf] as readonly Classifier<FittedModel>[];

/** The classifier of that name or alias; throws `algorithmUnknown`. */
export function classifierOf(algo: string): Classifier<FittedModel> {
  const found = MODELS.find(({ name, aliases }) => name === algo || aliases.includes(algo));
  if (found === undefined)
    throw errors.algorithmUnknown(
      algo,
      MODELS.flatMap(({ name, aliases }) => [name, ...aliases]),
    );
  return found;
}
