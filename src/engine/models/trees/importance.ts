/** How much each feature did for an ensemble, as LightGBM counts it: only splits that gained something. */
import type { TreeEnsemble } from './tree.js';

/** How often each feature was split on, one number a feature. */
export function splitImportance(ensemble: TreeEnsemble): Float64Array {
  return importance(ensemble, () => 1);
}

/** The gains of each feature's splits, one number a feature. */
export function gainImportance(ensemble: TreeEnsemble): Float64Array {
  return importance(ensemble, (gain) => gain);
}

function importance({ featureNames, trees }: TreeEnsemble, worth: (gain: number) => number): Float64Array {
  const out = new Float64Array(featureNames.length);
  for (const { splitFeature, splitGain } of trees) {
    for (let node = 0; node < splitFeature.length; node++) {
      const gain = splitGain[node]!;
      if (gain > 0) out[splitFeature[node]!] = out[splitFeature[node]!]! + worth(gain);
    }
  }
  return out;
}
