/** `almanac worker`: takes jobs of a shared database, on as many machines as there are. */
import { makeLog } from '#app/makers.js';
import { errors } from '#base/errors.js';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import { listenForStop } from '../stop.js';

export const workerCommand = (context: CommandContext) =>
  newCommand({
    name: 'worker',
    does: 'Runs jobs from the database at DATABASE_URL until Ctrl-C; needs the artifact tree that the server uses.',
    examples: ['DATABASE_URL=postgresql://almanac@db/almanac almanac worker --data-dir /mnt/almanac'],
  }).action(async (options: CommonOptions) => {
    const screen = context.makeScreen(options.json === true);
    const config = configOf(context, options);
    if (config.databaseUrl === null)
      throw errors.settingInvalid(
        'DATABASE_URL',
        'a worker needs a database that it shares with the server; the embedded one belongs to the server alone',
      );
    const stop = listenForStop(() => screen.line('Finishing what runs; Ctrl-C again to stop at once.'));
    const { startWorker } = await import('#app/serve.js');
    const worker = await startWorker(config, { log: makeLog(config.logLevel, { format: config.logFormat }) });
    screen.result({ working: true, pid: process.pid }, [`Waiting for jobs, ${config.jobs} at once.`]);
    const skew = await Promise.race([stop.asked, worker.skew]);
    await worker.close();
    // Whoever supervises us starts us again, and the new one is of the new version or says what is wrong.
    if (skew !== undefined) throw skew;
  });
