/** Trades on the wire (stage1.md 5). */
import { z } from 'zod';
import type { Json, JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Trade, TradeToSave } from '#services/research/simulation.service.js';
import { objectOrText, orNothing, timeUs } from './fields.js';

const SIDES = { long: 'long', buy: 'long', short: 'short', sell: 'short' } as const;

const side = z.string().transform((text, context) => {
  const lower = text.toLowerCase();
  if (Object.hasOwn(SIDES, lower)) return SIDES[lower as keyof typeof SIDES];
  context.addIssue({ code: 'custom', message: 'long or short' });
  return z.NEVER;
});

const numberOrNothing = orNothing(z.number());
const timeOrNothing = orNothing(timeUs);

export const TradePost = z
  .looseObject({
    trade_id: orNothing(z.union([z.string().min(1).max(256), z.int().transform(String)])),
    bar_timestamp: timeOrNothing,
    entry_timestamp: timeOrNothing,
    exit_timestamp: timeOrNothing,
    side,
    size: z.number(),
    entry_price: z.number(),
    exit_price: numberOrNothing,
    pnl: numberOrNothing,
    return_pct: numberOrNothing,
    metadata: orNothing(objectOrText),
    fold_index: orNothing(z.int()),
    entry_signal: numberOrNothing,
    exit_signal: numberOrNothing,
  })
  .refine((trade) => trade.bar_timestamp !== undefined || trade.entry_timestamp !== undefined, {
    path: ['bar_timestamp'],
    message: 'bar_timestamp or entry_timestamp is required',
  });

const COLUMNS = new Set([...Object.keys(TradePost.shape), 'simulation_id']);

export function toTradeToSave(body: z.output<typeof TradePost>): TradeToSave {
  const others = Object.entries(body).filter(([key]) => !COLUMNS.has(key)) as [string, Json][];
  return {
    tradeId: body.trade_id,
    barTimestampUs: body.bar_timestamp ?? body.entry_timestamp ?? 0,
    side: body.side,
    size: body.size,
    entryPrice: body.entry_price,
    exitPrice: body.exit_price ?? null,
    pnl: body.pnl,
    returnPct: body.return_pct,
    foldIndex: body.fold_index ?? null,
    entryTimestampMs: wholeMs(body.entry_timestamp),
    exitTimestampMs: wholeMs(body.exit_timestamp),
    entrySignal: body.entry_signal ?? null,
    exitSignal: body.exit_signal ?? null,
    metadata: { ...signalsOf(body), ...body.metadata, ...Object.fromEntries(others) },
  };
}

const wholeMs = (us: number | undefined) => (us === undefined ? null : Math.floor(us / 1000));

/** Readers of the seed's fields look for these in the metadata. */
function signalsOf(body: z.output<typeof TradePost>): JsonObject {
  return {
    ...(body.fold_index === undefined ? {} : { fold: body.fold_index }),
    ...(body.entry_signal === undefined ? {} : { entry_signal: body.entry_signal }),
    ...(body.exit_signal === undefined ? {} : { exit_signal: body.exit_signal }),
  };
}

export const TradeWire = z.looseObject({
  trade_id: z.string(),
  simulation_id: z.string(),
  bar_timestamp: z.int(),
  side: z.enum(['long', 'short']),
  size: z.number(),
  entry_price: z.number(),
  exit_price: z.number().nullable(),
  pnl: z.number().nullable(),
  return_pct: z.number().nullable(),
  metadata: z.looseObject({}),
});

const toTradeWire = (simulationId: string, trade: Trade): z.infer<typeof TradeWire> => ({
  trade_id: trade.tradeId,
  simulation_id: simulationId,
  bar_timestamp: trade.barTimestampUs,
  side: trade.side,
  size: trade.size,
  entry_price: trade.entryPrice,
  exit_price: trade.exitPrice,
  pnl: trade.pnl,
  return_pct: trade.returnPct,
  metadata: trade.metadata,
  // Only when given.
  ...(trade.foldIndex === null ? {} : { fold_index: trade.foldIndex }),
  ...(trade.entryTimestampMs === null ? {} : { entry_timestamp: trade.entryTimestampMs }),
  ...(trade.exitTimestampMs === null ? {} : { exit_timestamp: trade.exitTimestampMs }),
  ...(trade.entrySignal === null ? {} : { entry_signal: trade.entrySignal }),
  ...(trade.exitSignal === null ? {} : { exit_signal: trade.exitSignal }),
});

/** Few enough that making one piece does not hold the loop. */
const TRADES_PER_PIECE = 500;

/** The page in pieces: a hundred thousand trades are never one text. */
export async function* tradesToJson(
  simulationId: string,
  { items, total }: Page<Trade>,
  { limit, offset }: PageRequest,
): AsyncGenerator<string> {
  yield `{"count":${items.length},"total":${total},"limit":${limit},"offset":${offset},"trades":[`;
  for (let i = 0; i < items.length; i += TRADES_PER_PIECE) {
    const piece = items.slice(i, i + TRADES_PER_PIECE).map((trade) => JSON.stringify(toTradeWire(simulationId, trade)));
    yield (i === 0 ? '' : ',') + piece.join(',');
  }
  yield ']}';
}
