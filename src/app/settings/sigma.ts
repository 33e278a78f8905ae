/** Sigma's assumptions about money. */
import { setting } from '../setting.js';
import { flag, number } from '../setting-kinds.js';

export const sigmaSettings = {
  riskFree: setting({
    name: 'ALMANAC_RISK_FREE',
    group: 'sigma',
    kind: number(-1, 1),
    fallback: 0,
    doc: 'Risk-free rate, a yearly fraction.',
  }),
  equity: setting({
    name: 'ALMANAC_EQUITY',
    group: 'sigma',
    kind: number(1, 1e15),
    fallback: 100_000,
    doc: 'Capital on which signals are sized.',
  }),
  paperFill: setting({
    name: 'ALMANAC_PAPER_FILL',
    group: 'sigma',
    kind: flag,
    fallback: true,
    doc: 'Whether signals fill on paper at the next open.',
  }),
};
