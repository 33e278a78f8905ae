/** `almanac restore`: a data directory out of a backup, proved byte for byte before any of it can be seen. */
import { sayBytes } from '../backup/say-bytes.js';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import { UsageError } from '../exit-codes.js';
import { listenForStop } from '../stop.js';

interface RestoreOptions extends CommonOptions {
  readonly withoutSecrets?: true;
}

export const restoreCommand = (context: CommandContext) =>
  newCommand({
    name: 'restore',
    does:
      'Makes a data directory out of a backup: an absent or empty one, and with DATABASE_URL an empty database. ' +
      'Everything is proved by its SHA-256 first; on any failure nothing is restored.',
    examples: [
      'almanac restore /backups/almanac-2026-11-20.tar --data-dir /var/lib/almanac',
      'DATABASE_URL=postgres://... almanac restore all.tar --data-dir /var/lib/almanac',
    ],
  })
    .argument('<file>', 'what `almanac backup` wrote')
    .option('--without-secrets', 'leave the keys and passwords in it sealed; new ones are made at the first start')
    .action(async (file: string, { withoutSecrets, ...options }: RestoreOptions) => {
      const screen = context.makeScreen(options.json === true);
      const config = configOf(context, options);
      const { signal } = listenForStop(() => screen.line('Stopping; nothing is restored.'));
      const { openBackupFile, needsPassphrase } = await import('../backup/open.js');
      const backup = await openBackupFile(file).catch((error: NodeJS.ErrnoException) => {
        throw new UsageError(`${file} cannot be read: ${error.message}`);
      });
      const passphrase =
        withoutSecrets !== true && (await needsPassphrase(file))
          ? await choosePassphrase(config.backupPassphrase)
          : null;
      const { restoreBackup } = await import('#services/operations/backup/restore.service.js');
      const { makeLog, systemClock } = await import('#app/makers.js');
      const report = await screen.step('restore', async (progress) => {
        const startedMs = performance.now();
        const value = await restoreBackup({
          content: backup.pieces((bytes) => progress.update(bytes, backup.bytes, sayBytes(bytes))),
          dataDir: config.dataDir,
          databaseUrl: config.databaseUrl,
          passphrase,
          withoutSecrets: withoutSecrets === true,
          nowMs: systemClock.nowMs(),
          log: makeLog('error'),
          signal,
          onRows: (done, total) => progress.update(done, total, `${done.toLocaleString('en')} rows`),
        });
        const rate = (1000 * backup.bytes) / (performance.now() - startedMs);
        return {
          says: `${sayBytes(backup.bytes)}, ${value.rows.toLocaleString('en')} rows, ${sayBytes(rate)}/s`,
          value,
          facts: {
            data_dir: config.dataDir,
            bytes: backup.bytes,
            rows: value.rows,
            entries: value.files,
            made_by: value.head.almanac_version,
            created_at: value.head.created_at,
            with_secrets: value.hasSecrets,
            measurements: value.head.measurements,
            notices: value.notices,
          },
        };
      });
      if (!report.head.measurements.taken) screen.line(`  Not in it: ${report.head.measurements.reason}.`);
      else if (config.questdbUrl !== null)
        screen.line(
          '  The measurements are in the embedded store of the data directory; QUESTDB_URL was not written to.',
        );
      if (!report.hasSecrets)
        screen.line(
          '  Without the secrets: tokens given out before have ended. Set a password: almanac user passwd admin',
        );
      screen.line(`  Start it: almanac serve --data-dir ${config.dataDir}`);
    });

async function choosePassphrase(given: string | null): Promise<string> {
  const { askPassphrase } = await import('../backup/passphrase.js');
  const { errors } = await import('#base/errors.js');
  const passphrase = given ?? (await askPassphrase({ input: process.stdin, output: process.stderr }, { isNew: false }));
  if (passphrase === undefined) throw errors.passphraseMissing();
  return passphrase;
}
