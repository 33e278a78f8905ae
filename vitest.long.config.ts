import { mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

/** `npm run test:long`: the same tests with ALMANAC_TEST_LONG set, and those that are only long. */
export default mergeConfig(base, {
  test: {
    include: ['**/*.long.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
  },
});
