/** `almanac serve`: every surface on its port, until Ctrl-C. */
import { makeLog } from '#app/makers.js';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import { listenForStop } from '../stop.js';

interface ServeOptions extends CommonOptions {
  readonly host?: string;
  readonly port?: string;
}

export const serveCommand = (context: CommandContext) =>
  newCommand({
    name: 'serve',
    does: 'Serves the four surfaces and the gateway until Ctrl-C.',
    examples: [
      'almanac serve',
      'almanac serve --data-dir /var/lib/almanac --port 9080',
      'ALMANAC_SIGMA_PORT=off almanac serve   # every setting: docs/settings.md',
    ],
  })
    .option('--host <address>', 'bind address of every listener (ALMANAC_HOST)')
    .option('--port <port>', 'port of the gateway (ALMANAC_PORT)')
    .action(async (options: ServeOptions) => {
      const screen = context.makeScreen(options.json === true);
      const config = configOf(context, options, { ALMANAC_HOST: options.host, ALMANAC_PORT: options.port });
      const log = makeLog(config.logLevel, { format: config.logFormat });
      const stop = listenForStop(() => screen.line('Stopping; Ctrl-C again to stop at once.'));
      const { startServer } = await import('#app/serve.js');
      const server = await startServer(config, { log });
      const listeners = Object.entries(server.listeners);
      screen.result(
        { listeners: server.listeners, data_dir: config.dataDir, pid: process.pid },
        listeners.map(([name, address]) => `${name.padEnd(12)} ${address}`),
      );
      await stop.asked;
      await server.close();
    });
