/** `almanac demo`: the whole journey on real prices, driven over HTTP like any client's. */
import { gatewayClient, sigmaClient, stage1Client } from '@almanac/sdk';
import { Option } from 'commander';
import type { Config } from '#app/config.js';
import { makeLog } from '#app/makers.js';
import { findRunningServer } from '#app/run-file.js';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import type { Listeners } from '../connect.js';
import { demoPlaces } from '../demo/places.js';
import { chapters, chaptersFor, tellChapters } from '../demo/run.js';
import { EXIT } from '../exit-codes.js';
import { type Screen, sayDuration } from '../screen.js';
import { listenForStop } from '../stop.js';

interface DemoOptions extends CommonOptions {
  readonly exit?: true;
  readonly only?: readonly string[];
}

export const demoCommand = (context: CommandContext) =>
  newCommand({
    name: 'demo',
    does: 'Runs the whole journey on real prices in a data directory of its own, prints the results and keeps serving until Ctrl-C.',
    examples: ['almanac demo', 'almanac demo --exit', 'almanac demo --only research --data-dir /tmp/demo'],
  })
    .option('--exit', 'stop at the end; exits with 0 only when every step held')
    .addOption(
      new Option('--only <chapter...>', 'these chapters, and what they stand on').choices(
        chapters.map(({ name }) => name),
      ),
    )
    .action(async (options: DemoOptions) => {
      const screen = context.makeScreen(options.json === true);
      const config = await demoPlaces(configOf(context, { dataDir: '.almanac-demo', ...options }));
      const stop = listenForStop(() => screen.line('Stopping; Ctrl-C again to stop at once.'));
      const startedMs = performance.now();
      const server = await enterServer(screen, config);
      try {
        const held = await tellJourney(screen, server.listeners, options.only ?? [], stop.signal);
        context.setExitCode(held ? EXIT.ok : EXIT.failed);
        screen.line();
        const took = sayDuration(performance.now() - startedMs);
        screen.line(held ? `Every step held, ${took}.` : `A step did not hold, ${took}.`);
        if (options.exit === true || stop.signal.aborted) return;
        sayAddresses(screen, server.listeners);
        await stop.asked;
      } finally {
        await server.close();
      }
    });

interface Entered {
  readonly listeners: Listeners;
  close(): Promise<void>;
}

/** A demo that still serves in this directory is driven once more, and left running. */
async function enterServer(screen: Screen, config: Config): Promise<Entered> {
  const running = await findRunningServer(config.dataDir);
  if (running !== undefined) {
    screen.line(`Driving the server that runs here already (pid ${running.pid}).`);
    return { listeners: running.listeners, close: async () => {} };
  }
  return screen.step('start on embedded storage', async () => {
    const { startServer } = await import('#app/serve.js');
    const value = await startServer(config, { log: makeLog('error') });
    return { says: `PostgreSQL and DuckDB in ${config.dataDir}`, value, facts: { listeners: value.listeners } };
  });
}

function tellJourney(screen: Screen, listeners: Listeners, only: readonly string[], signal: AbortSignal) {
  const surface = (name: string) => ({ baseUrl: listeners[name] ?? '' });
  const journey = {
    screen,
    sigma: sigmaClient(surface('sigma')),
    stage1: stage1Client(surface('stage1')),
    gateway: gatewayClient(surface('gateway')),
    signal,
  };
  return tellChapters(journey, chaptersFor(only));
}

function sayAddresses(screen: Screen, listeners: Listeners): void {
  screen.heading('Still serving; Ctrl-C stops');
  for (const [name, address] of Object.entries(listeners)) screen.line(`  ${name.padEnd(12)} ${address}/docs`);
}
