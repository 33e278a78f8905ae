/** `almanac book`: a day's order book at any nanosecond. */
import { gatewayClient } from '@almanac/sdk';
import { Command, InvalidArgumentError } from 'commander';
import { bookTitle, drawBook, orderTable, sayQueues } from '../book/draw-book.js';
import { momentNs } from '../book/moment.js';
import { type Book, readBook } from '../book/read-book.js';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import { withServer } from '../connect.js';
import { UsageError } from '../exit-codes.js';
import { asUsage } from '../pipeline/refusal.js';

interface AtOptions extends CommonOptions {
  readonly levels: number;
  readonly orders?: true;
  readonly dataset?: string;
  readonly token?: string;
}

export const bookCommand = (context: CommandContext) =>
  new Command('book')
    .description('Shows the order book of a day as it stood at any nanosecond.')
    .addCommand(atCommand(context));

const atCommand = (context: CommandContext) =>
  newCommand({
    name: 'at',
    does: 'Draws the book after the last record up to a moment; with --orders also who queues at each price.',
    examples: [
      'almanac book at NVDA 2026-02-02 10:30',
      'almanac book at NVDA 2026-02-02 15:59:59.999999999 --levels 5 --orders',
      'almanac book at NVDA 2026-02-02 2026-02-02T15:30:00.000000001Z --json',
    ],
  })
    .argument('<symbol>')
    .argument('<date>', 'the trading date', tradingDate)
    .argument('<time>', 'in New York (10:30:00.123456789), with its zone (...Z), or nanoseconds since 1970')
    .option('--levels <count>', 'how many a side', levelCount, 10)
    .option('--orders', 'every order of these levels, in the order of the queue')
    .option('--dataset <name>', 'such as XNAS.ITCH; default the one that the symbol has')
    .option('--token <token>', 'a bearer token, when the server asks who you are')
    .action(async (symbol: string, date: string, time: string, options: AtOptions) => {
      const tsNs = momentNs(date, time);
      if (tsNs === undefined)
        throw new UsageError(`${time} is no time of ${date}: try 10:30, 10:30:00.123456789 or ${date}T15:30:00Z.`);
      const { levels, orders, dataset, token } = options;
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const wish = { symbol, date, tsNs, levels, withOrders: orders === true, ...(dataset && { dataset }) };
      const book = await withServer(configOf(context, options), ({ gateway: baseUrl = '' }) =>
        readBook(gatewayClient({ baseUrl, headers }), wish).catch(asUsage),
      );
      const queues = orders === true ? ['', ...sayOrders(book)] : [];
      context.makeScreen(options.json === true).result(book, [bookTitle(book), '', ...drawBook(book), ...queues]);
    });

/** A venue that tells of levels alone has no orders to show. */
const sayOrders = (book: Book): string[] =>
  book.source === 'mbo'
    ? [...sayQueues(book), '', ...orderTable(book)]
    : ['The records of this day tell of levels, not of orders.'];

function tradingDate(text: string): string {
  const at = new Date(`${text}T00:00:00Z`);
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
  if (!isDate) throw new InvalidArgumentError('It is a date such as 2026-02-02.');
  return text;
}

const LEVELS_MAX = 10_000;

function levelCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,5}$/.test(text) || count < 1 || count > LEVELS_MAX)
    throw new InvalidArgumentError(`It is a whole number from 1 to ${LEVELS_MAX}.`);
  return count;
}
