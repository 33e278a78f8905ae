import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

const { projects: _, ...test } = base.test!;

/** `npm run test:long`: every test with ALMANAC_TEST_LONG set, and those that are only long, one after another. */
export default defineConfig({
  ...base,
  test: {
    ...test,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    maxWorkers: 1,
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
  },
});
