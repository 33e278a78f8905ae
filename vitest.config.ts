import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests that hold a figure of time: they come last, one after another, so that no neighbour takes their core. */
const TIMED = [
  'src/data/timeseries/embedded/guard.test.ts',
  'test/journeys/busy.test.ts',
  'test/journeys/kill-nine.test.ts',
  'test/journeys/umiki-kill-nine.test.ts',
  'test/timeseries/kill.test.ts',
];
const NEVER = ['**/*.long.test.ts', '**/node_modules/**'];

export default defineConfig({
  resolve: {
    conditions: ['source'],
    // The global setup is resolved outside the tests' environment and sees no conditions.
    alias: [{ find: /^#(.*)\.js$/, replacement: fileURLToPath(new URL('./src/$1.ts', import.meta.url)) }],
  },
  // These reach Node's own require as well: with 'import' among them it would load ES modules where pg expects CommonJS.
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    globalSetup: 'test/support/global-setup.ts',
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: [...NEVER, ...TIMED],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'timed', include: TIMED, exclude: NEVER, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
