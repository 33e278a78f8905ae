/** Bars and samples on the wire: every column of the file, under its own name (umiki.md 4.5, 9.1, 9.2). */
import { z } from 'zod';
import {
  BAR_COLUMNS,
  type BarColumn,
  SHARD_COLUMNS,
  SHARD_FEATURES,
  type Table,
  type TrainingSamples,
} from '#services/market/bars.service.js';

const LABELS: ReadonlySet<string> = new Set(['return_1m', 'direction_1m']);
const numberOf = (name: string) => (LABELS.has(name) ? z.number().nullable() : z.number());
const shapeOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, numberOf(name)]));

export const BarWire = z.object(shapeOf(BAR_COLUMNS));
export const SampleWire = z.object({ date: z.string(), ...shapeOf(SHARD_COLUMNS) });

export const toBars = (table: Table<BarColumn>): Record<string, number | null>[] =>
  table.dates.map((_, i) => Object.fromEntries(BAR_COLUMNS.map((name) => [name, known(table.columns[name][i]!)])));

export const toSamples = (table: TrainingSamples): z.infer<typeof SampleWire>[] =>
  table.dates.map((date, i) => ({
    date,
    ...Object.fromEntries(SHARD_COLUMNS.map((name) => [name, known(table.columns[name][i]!)])),
  }));

const known = (value: number) => (Number.isNaN(value) ? null : value);

const FiguresWire = z.object({
  mean: z.number(),
  std: z.number(),
  min: z.number(),
  max: z.number(),
  median: z.number(),
});

export const StatsWire = z.object({
  features: z.record(z.string(), FiguresWire),
  labels: z.object({
    direction_1m: z.object({ '-1': z.number(), '0': z.number(), '1': z.number() }),
    return_1m: z.object({ mean: z.number(), std: z.number(), count: z.number() }),
  }),
});

export function toStats({ rows, columns, figures }: TrainingSamples): z.infer<typeof StatsWire> {
  const count = (direction: number) => columns.direction_1m.reduce((n, value) => n + (value === direction ? 1 : 0), 0);
  const features = SHARD_FEATURES.flatMap((name) =>
    figures[name] === undefined ? [] : [[name, figures[name]] as const],
  );
  return {
    features: Object.fromEntries(features),
    labels: {
      direction_1m: { '-1': count(-1), '0': count(0), '1': count(1) },
      return_1m: { mean: figures.return_1m?.mean ?? 0, std: figures.return_1m?.std ?? 0, count: rows },
    },
  };
}

/** Lines of `date, ts`, then the shard's other columns. */
export function toCsv(table: TrainingSamples): string {
  const lines = table.dates.map((date, i) =>
    [date, ...SHARD_COLUMNS.map((name) => String(table.columns[name][i]!))].join(','),
  );
  return `${['date', ...SHARD_COLUMNS].join(',')}\n${lines.map((line) => `${line}\n`).join('')}`;
}
