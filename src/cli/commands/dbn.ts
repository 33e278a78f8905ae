/** `almanac dbn`: looks into DBN files, prints their records, and turns them into other formats and back. Needs no server. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ConvertOptions } from '#data/dbn/convert.js';
import type { Fragment } from '#data/dbn/decode.js';
import { SCHEMAS, type Schema } from '#data/dbn/schema.js';
import { type CommandContext, newCommand } from '../command.js';
import { dbnFacts, sayFacts } from './dbn-facts.js';
import { type PrintFormat, printRecords } from './dbn-print.js';

interface ReadOptions {
  readonly fragment?: Fragment['version'];
}

interface PrintOptions extends ReadOptions {
  readonly format: PrintFormat;
}

interface ConvertCommandOptions extends ReadOptions {
  readonly toVersion?: 1 | 2 | 3;
  readonly dataset?: string;
  readonly schema?: Schema;
  readonly json?: true;
}

export const dbnCommand = (context: CommandContext) =>
  new Command('dbn')
    .description('Looks into DBN files, prints their records, turns them into CSV, JSON lines or Parquet and back.')
    .addCommand(infoCommand(context))
    .addCommand(headCommand())
    .addCommand(catCommand())
    .addCommand(convertCommand(context));

const infoCommand = (context: CommandContext) =>
  newCommand({
    name: 'info',
    does: 'Says what the header says and counts the records of every kind: reads the file whole, so it also checks it.',
    examples: ['almanac dbn info nvda.dbn.zst', 'almanac dbn info records.dbn.frag --fragment 2 --json'],
  })
    .argument('<file>')
    .addOption(fragmentOption())
    .action(async (path: string, { json, ...options }: ReadOptions & { readonly json?: true }) => {
      const facts = await dbnFacts(path, readingOf(options));
      context.makeScreen(json === true).result(facts, sayFacts(facts));
    });

const headCommand = () =>
  printCommand({
    name: 'head',
    does: 'Prints the first records.',
    examples: ['almanac dbn head nvda.dbn.zst', 'almanac dbn head nvda.dbn.zst -n 3 --format json'],
  })
    .option('-n, --records <count>', 'how many', countOf, 10)
    .action((path: string, { format, records, ...options }: PrintOptions & { readonly records: number }) =>
      printRecords(path, { format, reading: readingOf(options), recordsMax: records }),
    );

const catCommand = () =>
  printCommand({
    name: 'cat',
    does: 'Prints all records.',
    examples: ['almanac dbn cat nvda.dbn.zst | grep ,T,', 'almanac dbn cat live.dbn --format json'],
  }).action((path: string, { format, ...options }: PrintOptions) =>
    printRecords(path, { format, reading: readingOf(options), recordsMax: Number.POSITIVE_INFINITY }),
  );

const convertCommand = (context: CommandContext) =>
  newCommand({
    name: 'convert',
    does: 'Writes one file as another; the names say what they are: .dbn, .dbn.zst, .csv, .jsonl or .parquet.',
    examples: [
      'almanac dbn convert nvda.dbn.zst nvda.parquet',
      'almanac dbn convert nvda.csv nvda.dbn --dataset XNAS.ITCH',
      'almanac dbn convert old.dbn new.dbn.zst --to-version 3',
    ],
  })
    .argument('<from>')
    .argument('<to>')
    .addOption(fragmentOption())
    .addOption(versionOption('--to-version <version>', 'the version of the DBN that is written'))
    .option('--dataset <name>', 'the dataset of a header made for text; default by the publisher')
    .addOption(new Option('--schema <schema>', 'the schema of such a header; default by the records').choices(SCHEMAS))
    .action(async (from: string, to: string, options: ConvertCommandOptions) => {
      const { convertFile } = await import('#data/dbn/convert.js');
      const { fragment, toVersion, dataset, schema } = options;
      const choices: ConvertOptions = {
        ...readingOf({ ...(fragment && { fragment }) }),
        ...(toVersion && { version: toVersion }),
        ...(dataset !== undefined && { dataset }),
        ...(schema && { schema }),
      };
      const { records } = await convertFile(from, to, choices);
      context.makeScreen(options.json === true).result({ from, to, records }, [`Wrote ${records} records to ${to}.`]);
    });

const printCommand = (facts: Parameters<typeof newCommand>[0]) =>
  new Command(facts.name)
    .description(facts.does)
    .argument('<file>')
    .addOption(new Option('--format <format>', 'of the lines').choices(['csv', 'json']).default('csv'))
    .addOption(fragmentOption())
    .addHelpText('after', `\nExamples:\n${facts.examples.map((one) => `  $ ${one}`).join('\n')}`);

const fragmentOption = () =>
  versionOption('--fragment <version>', 'the file has no header: its records are of this version');

const versionOption = (flags: string, says: string) =>
  new Option(flags, says).choices(['1', '2', '3']).argParser((text) => {
    if (!/^[123]$/.test(text)) throw new InvalidArgumentError('Versions are 1, 2 and 3.');
    return Number(text);
  });

const readingOf = ({ fragment }: ReadOptions): { fragment?: Fragment } =>
  fragment === undefined ? {} : { fragment: { version: fragment } };

function countOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A count of records is a whole number.');
  return Number(text);
}
