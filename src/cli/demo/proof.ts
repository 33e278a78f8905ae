/** Chapter 3: the number at the top of the leaderboard is made again, and must be the same to the last bit. */
import { sayVerification } from '../verify.js';
import type { Chapter } from './journey.js';
import { topRows } from './research/leaderboard.js';

export const proof: Chapter = {
  name: 'proof',
  title: 'Proof: the top row, made again from its parents',
  needs: ['research'],
  async tell({ screen, sigma, gateway }) {
    const top = (await topRows(sigma, 1)).rows[0];
    const verification = await screen.step(`verify ${top?.backtest_id ?? 'the top row'}`, async () => {
      if (top === undefined) throw new Error('The leaderboard is empty');
      const value = await gateway.postAlmanacVerifyById({ path: { id: top.backtest_id }, query: { depth: 'all' } });
      if (!value.ok) throw new Error(sayVerification(value));
      return { says: sayVerification(value), value, facts: { verification: value } };
    });
    for (const { kind, sha256 } of verification.steps) screen.line(`  ${kind.padEnd(12)} ${sha256}`);
  },
};
