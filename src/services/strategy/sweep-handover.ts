/** What the parts of a sweep hand on, as bytes that give back exactly what was put in. */
import { deserialize, serialize } from 'node:v8';
import { assert } from '#base/assert.js';
import type { SessionReturns } from '#engine/backtest/sweep.js';
import type { Sweep } from '#store/sweep.store.js';
import { listSweepParts, putSweepPart } from '#store/sweep-part.store.js';
import type { StrategyDesk } from './desk.js';
import type { Member } from './sweep-member.js';

type HandoverDesk = Pick<StrategyDesk, 'db'>;

interface Part<T> {
  readonly sweep: Sweep;
  readonly partId: string;
  /** Where each stands in the grid. */
  readonly positions: readonly number[];
  readonly items: readonly T[];
}

type Placed<T> = readonly { readonly position: number; readonly item: T }[];

const TRIED = '.try.';
const RECORDED = '.record.';

/** Typed arrays as they are; read by the version that wrote them (0022). */
export const handOnTried = (desk: HandoverDesk, part: Part<SessionReturns>): Promise<void> =>
  handOn(desk, part, (placed) => serialize(placed));

/** As JSON, the keys in their order: the report is made of it. */
export const handOnMembers = (desk: HandoverDesk, part: Part<Member>): Promise<void> =>
  handOn(desk, part, (placed) => Buffer.from(JSON.stringify(placed)));

/** Of all configurations, in the order of the grid. */
export const readTried = (desk: HandoverDesk, sweep: Sweep): Promise<SessionReturns[]> =>
  readAll(desk, sweep, TRIED, (content) => deserialize(content) as Placed<SessionReturns>);

/** All of them, in the order of the grid. */
export const readMembers = (desk: HandoverDesk, sweep: Sweep): Promise<Member[]> =>
  readAll(desk, sweep, RECORDED, (content) => JSON.parse(content.toString()) as Placed<Member>);

function handOn<T>(
  { db }: HandoverDesk,
  { sweep, partId, positions, items }: Part<T>,
  bytesOf: (placed: Placed<T>) => Buffer,
): Promise<void> {
  const placed = items.map((item, at) => ({ position: positions[at]!, item }));
  return putSweepPart(db, { sweepRunId: sweep.sweepRunId, partId, content: bytesOf(placed) });
}

async function readAll<T>(
  { db }: HandoverDesk,
  { sweepRunId, totalConfigs }: Sweep,
  wave: string,
  placedIn: (content: Buffer) => Placed<T>,
): Promise<T[]> {
  const contents = await listSweepParts(db, sweepRunId, wave);
  const placed = contents.flatMap(placedIn).sort((a, b) => a.position - b.position);
  assert(
    placed.length === totalConfigs && placed.every(({ position }, at) => position === at),
    'the parts of a sweep hold each of its configurations once',
  );
  return placed.map(({ item }) => item);
}
