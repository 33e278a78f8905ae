/** `almanac pipeline`: order-book days from raw bytes to training data, as a specification says. */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type UmikiClient, umikiClient } from '@almanac/sdk';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import { withServer } from '../connect.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { type PipelineJob, type PipelineWish, sendPipeline, watchPipelines } from '../pipeline/job.js';
import { asUsage } from '../pipeline/refusal.js';
import { sayFailures, sayJob, stageTable } from '../pipeline/say-steps.js';
import type { Screen } from '../screen.js';
import { listenForStop } from '../stop.js';

const STAGES = ['download', 'decode', 'derive', 'qc', 'export'] as const;

interface RunOptions extends CommonOptions {
  readonly stage?: readonly string[];
  readonly symbol?: readonly string[];
  readonly date?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly dataset?: string;
  readonly extended?: true;
  readonly force?: true;
}

export const pipelineCommand = (context: CommandContext) =>
  new Command('pipeline')
    .description(
      'Turns days of order-book records into checked books, features, bars, quality reports and training data.',
    )
    .addCommand(runCommand(context));

const runCommand = (context: CommandContext) =>
  newCommand({
    name: 'run',
    does: 'Runs the stages that a specification names; what stands already and was made from the same bytes is skipped. Ctrl-C cancels the job.',
    examples: [
      'almanac pipeline run nvda.yaml',
      'almanac pipeline run nvda.yaml --stage decode derive --date 2026-02-02 --force',
      'almanac pipeline run nvda.yaml --from 2026-02-02 --to 2026-02-06 --json',
    ],
  })
    .argument('<spec>', 'the specification, YAML or JSON', specText)
    .addOption(new Option('--stage <stage...>', 'these stages instead of those of the specification').choices(STAGES))
    .option('--symbol <symbol...>', 'these symbols instead')
    .option('--date <date...>', 'these dates instead, such as 2026-02-02')
    .option('--from <date>', 'the days from here on')
    .option('--to <date>', 'the days up to here, this one included')
    .option('--dataset <name>', 'this dataset instead, such as XNAS.ITCH')
    .option('--extended', 'bars and training data also of 04:00 to 09:30 and 16:00 to 20:00 in New York')
    .option('--force', 'make everything anew')
    .action(async (spec: SpecText, options: RunOptions) => {
      const wish = wishOf(spec.text, options);
      const screen = context.makeScreen(options.json === true);
      const stop = listenForStop(() => screen.line('Cancelling; Ctrl-C again to stop at once.'));
      const job = await withServer(configOf(context, options), ({ umiki: baseUrl = '' }) =>
        runJob(screen, umikiClient({ baseUrl }), { title: spec.name, wish, signal: stop.signal }),
      );
      context.setExitCode(job.status === 'completed' ? EXIT.ok : EXIT.failed);
    });

interface Run {
  readonly title: string;
  readonly wish: PipelineWish;
  readonly signal: AbortSignal;
}

async function runJob(screen: Screen, umiki: UmikiClient, { title, wish, signal }: Run): Promise<PipelineJob> {
  const id = await sendPipeline(umiki, wish).catch(asUsage);
  const job = await screen.step(`pipeline ${title}`, async (progress) => {
    const [value] = (await watchPipelines(umiki, [id], progress, signal)) as [PipelineJob];
    return { value, says: sayJob(value), facts: { job: value }, held: value.status === 'completed' };
  });
  if (job.steps.length > 0) {
    screen.line();
    for (const line of stageTable(job.steps)) screen.line(`  ${line}`);
  }
  for (const line of sayFailures(job.steps)) screen.line(line);
  return job;
}

interface SpecText {
  readonly name: string;
  readonly text: string;
}

function specText(path: string): SpecText {
  if (!existsSync(path)) throw new InvalidArgumentError(`There is no file ${path}.`);
  // A text of a single line would be taken for the name of a file on the server.
  return { name: basename(path), text: `${readFileSync(path, 'utf8')}\n` };
}

function wishOf(spec: string, options: RunOptions): PipelineWish {
  const { stage, symbol, date, from, to, dataset, extended, force } = options;
  if ((from === undefined) !== (to === undefined)) throw new UsageError('--from and --to belong together.');
  if (date !== undefined && from !== undefined) throw new UsageError('Either --date, or --from and --to.');
  const dates = from === undefined || to === undefined ? date : { start: from, end: to };
  return {
    spec,
    ...(stage && { stages: stage }),
    ...(symbol && { symbols: symbol }),
    ...(dates && { dates }),
    ...(dataset !== undefined && { dataset }),
    ...(extended && { extended }),
    ...(force && { force }),
  };
}
