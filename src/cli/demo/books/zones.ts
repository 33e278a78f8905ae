/** All four zones hold every day, and every file names the bytes that it was made from. */
import { call } from '@almanac/sdk';
import { z } from 'zod';
import { sayCount } from '../../screen.js';
import type { Journey } from '../journey.js';
import { BOOK_DATASET, type BookDay, bookDays } from './days.js';

const ZoneFile = z.object({
  id: z.string(),
  symbol: z.string(),
  date: z.string(),
  zone: z.string(),
  kind: z.string(),
  n_records: z.number(),
  file_size: z.number(),
});
type ZoneFile = z.infer<typeof ZoneFile>;
const Listed = z.array(ZoneFile);

/** Kind to zone, in the order of the data's way. */
const KINDS = { raw: 'raw', events: 'canonical', features: 'derived', bars_1m: 'derived', shard: 'training' } as const;
const ZONES = ['raw', 'canonical', 'derived', 'training'] as const;

const Detail = z.object({
  sha256: z.string(),
  lineage: z.array(z.object({ kind: z.string(), id: z.string(), sha256: z.string() })),
});

export async function checkZones({ screen, umiki }: Journey): Promise<void> {
  const files = await screen.step('all four zones hold every day', async () => {
    const listed = Listed.parse(
      await call(umiki.options, 'GET', '/api/datasets', { query: { dataset: BOOK_DATASET } }),
    );
    const value = listed.filter((file) => bookDays.some((day) => isOf(file, day)));
    for (const day of bookDays)
      for (const [kind, zone] of Object.entries(KINDS)) {
        const found = value.find((file) => isOf(file, day) && file.kind === kind && file.zone === zone);
        if (found === undefined || found.n_records === 0)
          throw new Error(`${zone} has no ${kind} of ${day.symbol} ${day.date}`);
      }
    const bytes = value.reduce((sum, file) => sum + file.file_size, 0);
    return { says: `${value.length} files, ${megabytes(bytes)}`, value, facts: { files: value.length, bytes } };
  });
  for (const zone of ZONES) {
    const own = files.filter((file) => file.zone === zone);
    const records = own.reduce((sum, file) => sum + file.n_records, 0);
    const bytes = own.reduce((sum, file) => sum + file.file_size, 0);
    screen.line(
      `  ${zone.padEnd(10)} ${String(own.length).padStart(2)} files, ${sayCount(records)} records, ${megabytes(bytes)}`,
    );
  }
  await screen.step('a shard names the bytes that it came from', async () => {
    const way = await wayBack({ umiki }, files.find(({ kind }) => kind === 'shard')!);
    if (way.at(-1)?.kind !== 'raw') throw new Error(`The way back ends at ${way.at(-1)?.kind}, not at the raw file`);
    const says = way.map(({ kind, sha256 }) => `${kind} ${sha256.slice(0, 12)}`).join(' < ');
    return { says, value: undefined, facts: { lineage: way } };
  });
}

const isOf = (file: ZoneFile, { symbol, date }: BookDay) => file.symbol === symbol && file.date === date;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** From a file to what it was made from, and on, as long as there is something. */
async function wayBack({ umiki }: Pick<Journey, 'umiki'>, from: ZoneFile): Promise<{ kind: string; sha256: string }[]> {
  const way: { kind: string; sha256: string }[] = [];
  let next: { id: string; kind: string; sha256?: string } | undefined = from;
  while (next !== undefined && way.length < 10) {
    const path: { id: string } = { id: next.id };
    const { sha256, lineage } = Detail.parse(await call(umiki.options, 'GET', '/api/datasets/{id}', { path }));
    if (next.sha256 !== undefined && next.sha256 !== sha256)
      throw new Error(`${next.kind} ${next.id} is ${sha256}, and what was made from it says ${next.sha256}`);
    way.push({ kind: next.kind, sha256 });
    next = lineage[0];
  }
  return way;
}
