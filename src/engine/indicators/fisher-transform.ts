/** Fisher transform of the price's place in its range. */
import { log } from '../math/log.js';
import { defineIndicator } from './indicator.js';
import { bars } from './params.js';
import { rollingMax, rollingMin } from './rolling.js';

/** Weight of the newest place; Ehlers' constant. */
const ALPHA = 0.33;
/** The transform is infinite at 1. */
const CLIP = 0.999;

export const fisherTransform = defineIndicator({
  name: 'fisher_transform',
  aliases: ['FISHER'],
  category: 'oscillator',
  subcategory: 'unbounded',
  params: { period: bars(9) },
  inputs: ['high', 'low'],
  requires: 'ohlcv',
  doc: '.5 ln((1+x)/(1-x)) of x, the place of (H+L)/2 in its range of n bars from -1 to 1, averaged with alpha .33 and clipped at .999. Ehlers (2002).',
  outputs: (p) => [`fisher_${p.period}`],
  lookback: (p) => p.period - 1,
  compute({ bars: { high, low } }, { period }) {
    const middle = high.map((value, i) => (value + low[i]!) / 2);
    const highest = rollingMax(middle, period);
    const lowest = rollingMin(middle, period);
    const out = new Float64Array(middle.length).fill(Number.NaN);
    let place = Number.NaN;
    for (let i = period - 1; i < middle.length; i++) {
      const width = highest[i]! - lowest[i]!;
      const raw = width === 0 ? Number.NaN : (2 * (middle[i]! - lowest[i]!)) / width - 1;
      // A window without range, or with a missing price, starts the average anew.
      place = Number.isNaN(place) ? raw : place + ALPHA * (raw - place);
      const x = Math.min(Math.max(place, -CLIP), CLIP);
      out[i] = 0.5 * log((1 + x) / (1 - x));
    }
    return [out];
  },
});
