/** The promises of FIELD.md R3, as expectations on what the kills left. */
import { expect } from 'vitest';
import type { KillReport } from './kill-nine.js';

const BACK_WITHIN_MS = { server: 5_000, postgres: 15_000, both: 15_000 };

export function expectPromisesKept(report: KillReport): void {
  console.log(
    JSON.stringify({
      ...report,
      kills: report.kills.map(
        ({ victim, backAfterMs, startedInMs }) =>
          `${victim}: back after ${Math.round(backAfterMs)} ms, started in ${Math.round(startedInMs)} ms`,
      ),
    }),
  );
  expect(report.broken).toEqual([]);
  for (const { victim, backAfterMs } of report.kills)
    expect(backAfterMs, `back after ${victim}`).toBeLessThan(BACK_WITHIN_MS[victim]);
  for (const [name, count] of Object.entries(report.acknowledged))
    expect(count, `${name} acknowledged`).toBeGreaterThan(0);
  expect(report.exitCode).toBe(0);
}
