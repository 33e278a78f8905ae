/** `almanac import`: a CSV file into a measurement, or as the price bars of a ticker. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type Stage1Client, stage1Client } from '@almanac/sdk';
import { InvalidArgumentError, Option } from 'commander';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import { withServer } from '../connect.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { saveBarDataset } from '../import/bar-dataset.js';
import { barColumnName } from '../import/csv-header.js';
import { type ImportOutcome, importCsv, type Upload } from '../import/upload.js';
import type { Screen } from '../screen.js';
import { table } from '../screen.js';
import { listenForStop } from '../stop.js';

interface ImportOptions extends CommonOptions {
  readonly measurement?: string;
  readonly ticker?: string;
  readonly granularity: string;
  readonly timestampUnit?: string;
  readonly onError: 'abort' | 'skip';
  readonly delimiter: ',' | ';' | '\t';
  readonly key?: readonly string[];
  readonly token?: string;
}

export const importCommand = (context: CommandContext) =>
  newCommand({
    name: 'import',
    does: 'Imports a CSV file: into a measurement as it is, or as the price bars of a ticker (column names are understood).',
    examples: [
      'almanac import aapl.csv --ticker AAPL                # daily bars',
      'almanac import spy.csv --ticker SPY --granularity 1h --on-error skip',
      'almanac import sensors.csv --measurement sensors --key symbol',
    ],
  })
    .argument('<file>', 'the CSV file; its first line names the columns', existingFile)
    .option('--measurement <name>', 'the measurement to write into')
    .option('--ticker <ticker>', 'the ticker whose bars these are')
    .option('--granularity <length>', 'length of a bar: 1m 5m 15m 30m 1h 4h 1d', '1d')
    .addOption(new Option('--timestamp-unit <unit>', 'unit of whole-number times').choices(['s', 'ms', 'us', 'ns']))
    .addOption(
      new Option('--on-error <what>', 'a broken row: write nothing, or leave that row out')
        .choices(['abort', 'skip'])
        .default('abort'),
    )
    .option('--delimiter <character>', 'comma, semicolon or tab', delimiter, ',')
    .option('--key <column...>', 'further columns that tell rows of one time apart')
    .option('--token <token>', 'X-Stage1-Token, when the server asks for one')
    .action(async (file: string, options: ImportOptions) => {
      if ((options.measurement === undefined) === (options.ticker === undefined))
        throw new UsageError('Say where the rows go: either --measurement NAME or --ticker TICKER.');
      const screen = context.makeScreen(options.json === true);
      const config = configOf(context, options);
      const stop = listenForStop(() => screen.line('Cancelling; Ctrl-C again to stop at once.'));
      const outcome = await withServer(config, async ({ stage1 = '' }) => {
        const token = options.token ?? config.stage1ApiTokens[0];
        const client = stage1Client({
          baseUrl: stage1,
          headers: token === undefined ? {} : { 'x-stage1-token': token },
        });
        return runImport(screen, client, await uploadOf(client, file, options), stop.signal);
      });
      context.setExitCode(isClean(outcome) ? EXIT.ok : EXIT.failed);
    });

const isClean = ({ status, report }: ImportOutcome) => status === 'COMPLETED' && (report?.rows_rejected ?? 0) === 0;

async function uploadOf(client: Stage1Client, path: string, options: ImportOptions): Promise<Upload> {
  const { ticker, granularity, onError, delimiter, timestampUnit, key } = options;
  const common = {
    path,
    onError,
    delimiter,
    ...(timestampUnit === undefined ? {} : { timestampUnit }),
    ...(key === undefined ? {} : { dedupKeys: key }),
  };
  if (ticker === undefined) return { ...common, measurement: options.measurement! };
  const dataset = await saveBarDataset(client, { ticker, granularity, source: basename(path) });
  return { ...common, measurement: dataset.ohlcv_measurement, rename: barColumnName };
}

async function runImport(
  screen: Screen,
  client: Stage1Client,
  upload: Upload,
  signal: AbortSignal,
): Promise<ImportOutcome> {
  const outcome = await screen.step(`${basename(upload.path)} into ${upload.measurement}`, async (progress) => {
    const value = await importCsv(client, upload, progress, signal);
    return { value, says: sayOutcome(value), facts: { outcome: value }, held: isClean(value) };
  });
  const faults = outcome.report?.errors ?? [];
  if (faults.length > 0) {
    screen.line();
    const rows = faults.map((one) => [String(one.row), one.column ?? '', one.message, one.value ?? '']);
    for (const line of table(['row', 'column', 'what is wrong', 'value'], rows)) screen.line(line);
  }
  for (const warning of outcome.report?.warnings ?? []) screen.line(`! ${warning}`);
  return outcome;
}

function sayOutcome({ status, report, error }: ImportOutcome): string {
  if (status !== 'COMPLETED') return `${status}: ${error ?? 'no reason given'}`;
  if (report === null) return status;
  const count = (rows: number) => rows.toLocaleString('en-US');
  return `${count(report.rows_inserted)} new, ${count(report.rows_updated)} updated, ${count(report.rows_rejected)} rejected`;
}

function existingFile(path: string): string {
  if (!existsSync(path)) throw new InvalidArgumentError(`There is no file ${path}.`);
  return path;
}

const DELIMITERS: Record<string, ',' | ';' | '\t'> = {
  ',': ',',
  comma: ',',
  ';': ';',
  semicolon: ';',
  '\t': '\t',
  '\\t': '\t',
  tab: '\t',
};

function delimiter(text: string): ',' | ';' | '\t' {
  const found = DELIMITERS[text];
  if (found === undefined) throw new InvalidArgumentError('It is one of comma, semicolon, tab.');
  return found;
}
