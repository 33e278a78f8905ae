/** The equity line of a backtest as a picture: our own SVG, so that equal numbers are equal bytes on every machine. */
import { formatDay } from './days.js';

export interface EquityPoint {
  readonly tsMs: number;
  /** 1 at the start. */
  readonly equity: number;
  /** At most 0. */
  readonly drawdown: number;
}

const WIDTH = 960;
const HEIGHT = 420;
const LEFT = 64;
const RIGHT = 16;
/** Cumulative return above, drawdown below. */
const RETURNS = { top: 40, bottom: 270 };
const DRAWDOWNS = { top: 300, bottom: 390 };
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;

/** Cumulative return over time, and the drawdown under it. An empty line is an empty plot. */
export function equitySvg(points: readonly EquityPoint[]): string {
  const returns = points.map(({ equity }) => equity - 1);
  const drawdowns = points.map(({ drawdown }) => drawdown);
  const upper = scaleOf(returns, RETURNS);
  const lower = scaleOf(drawdowns, DRAWDOWNS);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11" fill="#444">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="22" font-size="14" fill="#222">Cumulative return, out of sample, after costs</text>`,
    `<text x="${LEFT}" y="${DRAWDOWNS.top - 8}">Drawdown</text>`,
    ...grid(upper),
    ...grid(lower),
    ...dates(points),
    area(drawdowns, lower),
    line(returns, upper),
    '</svg>',
    '',
  ].join('\n');
}

interface Scale {
  readonly yOf: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From the least to the greatest value, zero among them, widened to whole steps. */
function scaleOf(values: readonly number[], { top, bottom }: { top: number; bottom: number }): Scale {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low === high) high = 0.01;
  const step = stepFor((high - low) / 4);
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  const yOf = (value: number) => bottom - ((value - first * step) / ((last - first) * step)) * (bottom - top);
  return { yOf, ticks: Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step) };
}

/** The least of 1, 2, 5 times a power of ten that is at least `wanted`; by multiplication alone, which is the same everywhere. */
function stepFor(wanted: number): number {
  let power = 1e-6;
  while (power * 10 < wanted) power *= 10;
  return [1, 2, 5].map((digit) => digit * power).find((step) => step >= wanted) ?? 10 * power;
}

const grid = ({ yOf, ticks }: Scale): string[] =>
  ticks.flatMap((tick) => {
    const y = short(yOf(tick));
    return [
      `<line x1="${LEFT}" y1="${y}" x2="${WIDTH - RIGHT}" y2="${y}" stroke="${tick === 0 ? '#999' : '#e5e5e5'}"/>`,
      `<text x="${LEFT - 6}" y="${short(yOf(tick) + 4)}" text-anchor="end">${percent(tick)}</text>`,
    ];
  });

function dates(points: readonly EquityPoint[]): string[] {
  if (points.length === 0) return [];
  const last = points.length - 1;
  const shown = [...new Set([0, Math.floor(last / 2), last])];
  return shown.map((at, i) => {
    const anchor = i === 0 ? 'start' : at === last ? 'end' : 'middle';
    const day = formatDay(Math.floor(points[at]!.tsMs / 86_400_000));
    return `<text x="${short(xOf(at, points.length))}" y="${HEIGHT - 10}" text-anchor="${anchor}">${day}</text>`;
  });
}

const xOf = (at: number, count: number) => LEFT + (count < 2 ? 0 : (at / (count - 1)) * PLOT_WIDTH);

function line(values: readonly number[], { yOf }: Scale): string {
  const path = coordinates(values, yOf);
  return path === '' ? '' : `<polyline fill="none" stroke="#1f5fbf" stroke-width="1.5" points="${path}"/>`;
}

function area(values: readonly number[], { yOf }: Scale): string {
  const path = coordinates(values, yOf);
  if (path === '') return '';
  const base = short(yOf(0));
  const end = short(xOf(values.length - 1, values.length));
  return `<polygon fill="#d9534f" fill-opacity="0.35" points="${LEFT},${base} ${path} ${end},${base}"/>`;
}

/** Every value while each has a pixel of its own; else the least and the greatest of each pixel, in their order. */
function coordinates(values: readonly number[], yOf: (value: number) => number): string {
  const count = values.length;
  const shown: number[] = [];
  if (count <= 2 * PLOT_WIDTH) for (let at = 0; at < count; at++) shown.push(at);
  else
    for (let pixel = 0; pixel < PLOT_WIDTH; pixel++) {
      const from = Math.floor((pixel * count) / PLOT_WIDTH);
      const to = Math.floor(((pixel + 1) * count) / PLOT_WIDTH);
      let [least, greatest] = [from, from];
      for (let at = from + 1; at < to; at++) {
        if (values[at]! < values[least]!) least = at;
        if (values[at]! > values[greatest]!) greatest = at;
      }
      shown.push(Math.min(least, greatest));
      if (least !== greatest) shown.push(Math.max(least, greatest));
    }
  return shown.map((at) => `${short(xOf(at, count))},${short(yOf(values[at]!))}`).join(' ');
}

/** Hundredths of a pixel are enough. */
const short = (value: number) => String(Math.round(value * 100) / 100);

const percent = (value: number) => `${Math.round(value * 10_000) / 100}%`;
