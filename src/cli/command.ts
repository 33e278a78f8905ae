/** What every command has in common: where it runs, the options all of them take, and how its settings are read. */
import { Command } from 'commander';
import { type Config, readConfig } from '#app/config.js';
import { EXIT_HELP } from './exit-codes.js';
import type { Screen } from './screen.js';

export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  makeScreen(isJson: boolean): Screen;
  /** For commands that end well and yet have something to tell their caller. */
  setExitCode(code: number): void;
}

export interface CommonOptions {
  readonly dataDir?: string;
  readonly config?: string;
  readonly json?: true;
}

/** A command with the common options, an example and the exit codes in its help. */
export function newCommand(facts: { name: string; does: string; examples: readonly string[] }): Command {
  return new Command(facts.name)
    .description(facts.does)
    .option('--data-dir <dir>', 'the data directory (ALMANAC_DATA_DIR)')
    .option('--config <file>', 'an almanac.config.yaml, or a config.json of Stage1')
    .option('--json', 'answer in JSON')
    .addHelpText('after', `\nExamples:\n${facts.examples.map((one) => `  $ ${one}`).join('\n')}\n${EXIT_HELP}`);
}

/** The configuration of this command: the command line wins over everything else. */
export function configOf(
  context: CommandContext,
  options: CommonOptions,
  overrides: Record<string, string | undefined> = {},
): Config {
  return readConfig({
    env: context.env,
    cwd: context.cwd,
    overrides: { ALMANAC_DATA_DIR: options.dataDir, ...overrides },
    ...(options.config === undefined ? {} : { configFile: options.config }),
  });
}
