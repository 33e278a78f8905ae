#!/usr/bin/env node
/**
 * The command line: every command in one list, failures said in one sentence, exit codes that mean something.
 *
 * The house is large: commands load it where they open it (`await import`), so that help and mistakes are answered at once.
 */
import { Command, CommanderError } from 'commander';
import { version } from '#app/version.js';
import type { CommandContext } from './command.js';
import { backupCommand } from './commands/backup.js';
import { bookCommand } from './commands/book.js';
import { dbnCommand } from './commands/dbn.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { importCommand } from './commands/import.js';
import { pipelineCommand } from './commands/pipeline.js';
import { restoreCommand } from './commands/restore.js';
import { serveCommand } from './commands/serve.js';
import { userCommand } from './commands/user.js';
import { verifyCommand } from './commands/verify.js';
import { workerCommand } from './commands/worker.js';
import { EXIT_HELP, exitCodeOf } from './exit-codes.js';
import { makeScreen, messageOf, wasSaid } from './screen.js';

const context: CommandContext = {
  env: process.env,
  cwd: process.cwd(),
  makeScreen: (isJson) => makeScreen({ out: process.stdout, isJson, nowMs: () => performance.now() }),
  setExitCode: (code) => {
    process.exitCode = code;
  },
};

const commands = [
  demoCommand,
  serveCommand,
  importCommand,
  verifyCommand,
  backupCommand,
  restoreCommand,
  userCommand,
  doctorCommand,
  workerCommand,
  dbnCommand,
  pipelineCommand,
  bookCommand,
];

const program = new Command('almanac')
  .description('Raw time series in, numbers people can trust out.')
  .version(version)
  .addHelpText('after', EXIT_HELP)
  .showSuggestionAfterError();
for (const command of commands) program.addCommand(command(context));
// Commander leaves the process itself unless told otherwise, for each command on its own.
for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)])
  command.exitOverride().showHelpAfterError('Add --help for what it takes.');

try {
  await program.parseAsync();
} catch (error) {
  // Commander says its own; a step says its failure behind its cross.
  const isSaidAlready = error instanceof CommanderError || wasSaid(error);
  if (!isSaidAlready) process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
