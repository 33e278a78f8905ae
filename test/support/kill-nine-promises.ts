/** The promises of FIELD.md R3, as expectations on what the kills left. */
import { expect } from 'vitest';
import type { Kill, KillReport, Victim } from './kill-nine.js';

/** The next start after a kill of the server, and PostgreSQL back under a server that lived. */
const BACK_WITHIN_MS = { server: 5_000, postgres: 15_000, both: 15_000 } satisfies Record<Victim, number>;

/**
 * What a kill costs by us: the start without the time for which its main thread stood ready while the machine ran others.
 * Tests share their machine, and a queue for its processors is not ours to answer for.
 */
const costMsOf = ({ start, backAfterMs }: Kill) => (start === undefined ? backAfterMs : start.tookMs - start.starvedMs);

export function expectPromisesKept(report: KillReport): void {
  const costs = medianCosts(report);
  console.log(JSON.stringify({ ...report, kills: report.kills.map(sayKill), medianCostsMs: costs }));
  expect(report.broken).toEqual([]);
  for (const [victim, costMs] of Object.entries(costs))
    expect(costMs, `median of what kills of ${victim} cost`).toBeLessThan(BACK_WITHIN_MS[victim as Victim]);
  for (const [name, count] of Object.entries(report.acknowledged))
    expect(count, `${name} acknowledged`).toBeGreaterThan(0);
  expect(report.exitCode).toBe(0);
}

function sayKill({ victim, backAfterMs, start }: Kill): string {
  const back = `${victim}: back after ${Math.round(backAfterMs)} ms`;
  if (start === undefined) return back;
  return `${back}, started in ${Math.round(start.tookMs)} ms of which ${Math.round(start.starvedMs)} ms starved`;
}

function medianCosts({ kills }: KillReport): Partial<Record<Victim, number>> {
  const victims = [...new Set(kills.map(({ victim }) => victim))];
  const costsOf = (victim: Victim) => kills.filter((kill) => kill.victim === victim).map(costMsOf);
  return Object.fromEntries(victims.map((victim) => [victim, Math.round(medianOf(costsOf(victim)))]));
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2;
}
