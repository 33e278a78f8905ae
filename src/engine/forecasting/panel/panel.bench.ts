/** How long one regression over many series takes to learn and to forecast 28 days: 140 series of two years (large). */
import { createHash } from 'node:crypto';
import type { DemandPanel } from '../../features/demand-panel.js';
import { madeDemand } from '../made-series.fixture.js';
import { GLOBAL_FORECASTERS } from './index.js';

export const promise = 'global boosted: 140 series x 730 days x 100 trees within 10 s of one core, without kernels';

const SIZES = { small: { series: 4, days: 80, rounds: 3 }, large: { series: 140, days: 730, rounds: 100 } } as const;
const HORIZON = 28;
const FIRST_DAY = 19_000;

function made(series: number, from: number, to: number): DemandPanel {
  const days = to - from;
  const rows = series * days;
  return {
    rows,
    offsets: Int32Array.from({ length: series + 1 }, (_, s) => s * days),
    day: Int32Array.from({ length: rows }, (_, row) => FIRST_DAY + from + (row % days)),
    quantity: Float64Array.from(
      Array.from({ length: series }, (_, s) => Array.from(madeDemand(to, s, 0.1 + (s % 8) / 10).subarray(from))).flat(),
    ),
    isPromoted: Uint8Array.from({ length: rows }, (_, row) => Number((from + (row % days)) % 10 === 0)),
  };
}

const cpuMsSince = (start: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};

export function bench(size: 'small' | 'large') {
  const { series, days, rounds } = SIZES[size];
  const [history, plan] = [made(series, 0, days), made(series, days, days + HORIZON)];
  const hash = createHash('sha256');
  const figures: Record<string, number> = {};
  for (const forecaster of GLOBAL_FORECASTERS) {
    const atFit = process.cpuUsage();
    const fitted = forecaster.fit(history, { rounds });
    figures[`${forecaster.name}FitCpuMs`] = cpuMsSince(atFit);
    const atForecast = process.cpuUsage();
    hash.update(new Uint8Array(forecaster.forecast(fitted, history, plan).buffer));
    figures[`${forecaster.name}ForecastCpuMs`] = cpuMsSince(atForecast);
  }
  return { name: 'forecasting.panel', rows: history.rows, series, rounds, ...figures, hash: hash.digest('hex') };
}
