import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

/** `npm run test:long`: the same tests with ALMANAC_TEST_LONG set, and those that are only long. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [...base.test!.include!, 'src/**/*.long.test.ts', 'test/**/*.long.test.ts'],
    // Spelled out, since merging would only add to the list that keeps the long ones out of `npm test`.
    exclude: ['**/node_modules/**'],
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
  },
});
