/** `almanac demo`: the whole journey on real prices and simulated order books, driven over HTTP like any client's. */
import { gatewayClient, sigmaClient, stage1Client, umikiClient } from '@almanac/sdk';
import { InvalidArgumentError, Option } from 'commander';
import type { Config } from '#app/config.js';
import { makeLog } from '#app/makers.js';
import { findRunningServer } from '#app/run-file.js';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import type { Listeners } from '../connect.js';
import { EVENTS_DEFAULT, EVENTS_MAX, EVENTS_MIN } from '../demo/books/days.js';
import type { Journey } from '../demo/journey.js';
import { demoPlaces } from '../demo/places.js';
import { chapters, chaptersFor, tellChapters } from '../demo/run.js';
import { EXIT } from '../exit-codes.js';
import { type Screen, sayCount, sayDuration } from '../screen.js';
import { listenForStop } from '../stop.js';

interface DemoOptions extends CommonOptions {
  readonly exit?: true;
  readonly only?: readonly string[];
  readonly events: number;
}

export const demoCommand = (context: CommandContext) =>
  newCommand({
    name: 'demo',
    does: 'Runs the whole journey on real prices and simulated order books in a data directory of its own, prints the results and keeps serving until Ctrl-C.',
    examples: [
      'almanac demo',
      'almanac demo --exit',
      'almanac demo --only research --data-dir /tmp/demo',
      'almanac demo --only books --events 48700000',
    ],
  })
    .option('--exit', 'stop at the end; exits with 0 only when every step held')
    .addOption(
      new Option('--only <chapter...>', 'these chapters, and what they stand on').choices(
        chapters.map(({ name }) => name),
      ),
    )
    .option(
      '--events <count>',
      "order events of NVDA's simulated week; some 150 bytes of disk each",
      eventCount,
      EVENTS_DEFAULT,
    )
    .action(async (options: DemoOptions) => {
      const screen = context.makeScreen(options.json === true);
      const config = await demoPlaces(configOf(context, { dataDir: '.almanac-demo', ...options }));
      const stop = listenForStop(() => screen.line('Stopping; Ctrl-C again to stop at once.'));
      const startedMs = performance.now();
      const server = await enterServer(screen, config);
      try {
        const journey = journeyOf(server.listeners, {
          screen,
          signal: stop.signal,
          dataDir: config.dataDir,
          events: options.events,
        });
        const held = await tellChapters(journey, chaptersFor(options.only ?? []));
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

function journeyOf(listeners: Listeners, rest: Pick<Journey, 'screen' | 'signal' | 'dataDir' | 'events'>): Journey {
  const surface = (name: string) => ({ baseUrl: listeners[name] ?? '' });
  return {
    ...rest,
    sigma: sigmaClient(surface('sigma')),
    stage1: stage1Client(surface('stage1')),
    umiki: umikiClient(surface('umiki')),
    gateway: gatewayClient(surface('gateway')),
  };
}

function sayAddresses(screen: Screen, listeners: Listeners): void {
  screen.heading('Still serving; Ctrl-C stops');
  for (const [name, address] of Object.entries(listeners)) screen.line(`  ${name.padEnd(12)} ${address}/docs`);
}

function eventCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,10}$/.test(text) || count < EVENTS_MIN || count > EVENTS_MAX)
    throw new InvalidArgumentError(`It is a whole number from ${sayCount(EVENTS_MIN)} to ${sayCount(EVENTS_MAX)}.`);
  return count;
}
