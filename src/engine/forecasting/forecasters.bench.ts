/** How many series a core fits and forecasts in a second, forecaster by forecaster: 1,000 points each, season 7, horizon 28. */
import { createHash } from 'node:crypto';
import { FORECASTERS } from './index.js';
import { madeDemand, madeSeries } from './made-series.fixture.js';

export const promise = 'fits a core and second: SES >= 5,000, Theta >= 2,000, the naive family >= 100,000';

const INTERMITTENT = new Set(['croston', 'sba', 'tsb', 'adida', 'imapa']);
const SIZES = { small: { rows: 120, series: 3, cpuMs: 1 }, large: { rows: 1000, series: 40, cpuMs: 500 } } as const;

const cpuMsSince = (start: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};

export function bench(size: 'small' | 'large') {
  const { rows, series, cpuMs } = SIZES[size];
  const smooth = Array.from({ length: series }, (_, k) =>
    madeSeries({ rows, seed: k, slope: 0.02, season: 7, swing: 2 * (k % 10), wander: 0.3 * (k % 4) }),
  );
  const demand = Array.from({ length: series }, (_, k) => madeDemand(rows, k));
  const hash = createHash('sha256');
  const fitsPerSecond: Record<string, number> = {};
  const started = process.cpuUsage();
  for (const forecaster of FORECASTERS) {
    const taken = INTERMITTENT.has(forecaster.name) ? demand : smooth;
    const run = (values: Float64Array) => forecaster.forecast(forecaster.fit(values, { season: 7 }), 28);
    // Every series once, hashed: the compiler warms up on them too.
    for (const values of taken) hash.update(new Uint8Array(run(values).buffer));
    const start = process.cpuUsage();
    let [fits, spent] = [0, 0];
    while (spent < cpuMs) {
      // Asking for the time costs as much as a few naive fits: in batches.
      for (let i = 0; i < series; i++, fits++) run(taken[i]);
      spent = cpuMsSince(start);
    }
    fitsPerSecond[forecaster.name] = Math.round((1000 * fits) / spent);
  }
  return {
    name: 'forecasting.fits',
    rows,
    series,
    fitsPerSecond,
    cpuMs: cpuMsSince(started),
    hash: hash.digest('hex'),
  };
}
