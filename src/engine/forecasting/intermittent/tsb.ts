/** TSB: the size of a demand times the probability of one, which falls with every observation that has none (Teunter, Syntetos & Babai 2011). */
import { defineForecaster } from '../forecaster.js';
import { requireDemand } from './demand.js';

export interface FittedTsb {
  readonly kind: 'tsb';
  readonly alpha: number;
  readonly beta: number;
  readonly size: number;
  readonly probability: number;
}

type Weights = Pick<FittedTsb, 'alpha' | 'beta'>;

/** Size moves with each demand, probability with each observation; both begin with the first demand: its size, one in so many. */
function walk(
  values: Float64Array,
  { alpha, beta }: Weights,
  onStep?: (t: number, size: number, probability: number) => void,
) {
  let [size, probability] = [0, 0];
  let hasDemand = false;
  for (let t = 0; t < values.length; t++) {
    onStep?.(t, size, probability);
    if (values[t] === 0) {
      probability -= beta * probability;
      continue;
    }
    size = hasDemand ? size + alpha * (values[t] - size) : values[t];
    probability = hasDemand ? probability + beta * (1 - probability) : 1 / (t + 1);
    hasDemand = true;
  }
  return { size, probability };
}

/** size * probability for every h; a series without any demand goes on at 0. */
export const tsb = defineForecaster<FittedTsb>({
  name: 'tsb',
  defaults: { alpha: 0.1, beta: 0.1 },
  minimum: () => 1,
  learn(known, { alpha = 0.1, beta = 0.1 }) {
    requireDemand(known);
    return { kind: 'tsb', alpha, beta, ...walk(known, { alpha, beta }) };
  },
  forecast: ({ size, probability }, horizon) => new Float64Array(horizon).fill(size * probability),
  replay({ alpha, beta }, known) {
    const out = new Float64Array(known.length).fill(NaN);
    walk(known, { alpha, beta }, (t, size, probability) => {
      if (t > 0) out[t] = size * probability;
    });
    return out;
  },
});
