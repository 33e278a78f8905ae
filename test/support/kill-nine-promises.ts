/** The promises of FIELD.md R3, as expectations on what the kills left. */
import { expect } from 'vitest';
import type { KillReport, Victim } from './kill-nine.js';

/**
 * From the kill to the first write acknowledged after it. One start of many may be starved by whatever else the machine does,
 * and says nothing of us; the median of them does.
 */
const BACK_WITHIN_MS = { server: 5_000, postgres: 15_000, both: 15_000 } satisfies Record<Victim, number>;

export function expectPromisesKept(report: KillReport): void {
  const medians = mediansBackAfter(report);
  console.log(
    JSON.stringify({
      ...report,
      kills: report.kills.map(
        ({ victim, backAfterMs, startedInMs }) =>
          `${victim}: back after ${Math.round(backAfterMs)} ms, started in ${Math.round(startedInMs)} ms`,
      ),
      mediansBackAfterMs: medians,
    }),
  );
  expect(report.broken).toEqual([]);
  for (const [victim, median] of Object.entries(medians))
    expect(median, `median time until it is back after kills of ${victim}`).toBeLessThan(
      BACK_WITHIN_MS[victim as Victim],
    );
  for (const [name, count] of Object.entries(report.acknowledged))
    expect(count, `${name} acknowledged`).toBeGreaterThan(0);
  expect(report.exitCode).toBe(0);
}

function mediansBackAfter({ kills }: KillReport): Partial<Record<Victim, number>> {
  const victims = [...new Set(kills.map(({ victim }) => victim))];
  return Object.fromEntries(
    victims.map((victim) => [
      victim,
      Math.round(medianOf(kills.filter((kill) => kill.victim === victim).map(({ backAfterMs }) => backAfterMs))),
    ]),
  );
}

const medianOf = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
