/** How many bars at the start an indicator may leave empty. */

import type { Bars } from '../frame/bars.js';
import type { ResolvedIndicator } from '../indicators/indicator.js';

/** Its lookback in bars; what it takes from daily bars counts as many bars as the longest session has. */
export function warmupBars({ indicator, params }: ResolvedIndicator, bars: Bars): number {
  const sessions = indicator.lookbackSessions?.(params) ?? 0;
  return Math.max(indicator.lookback(params), sessions === 0 ? 0 : sessions * longestSession(bars));
}

function longestSession({ rows, session }: Bars): number {
  let [longest, length] = [0, 0];
  for (let row = 0; row < rows; row++) {
    length = row > 0 && session[row] === session[row - 1] ? length + 1 : 1;
    longest = Math.max(longest, length);
  }
  return longest;
}
