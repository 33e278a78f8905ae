/** `almanac backup`: everything in one file, while the server serves. */

import { sayBytes } from '../backup/say-bytes.js';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { listenForStop } from '../stop.js';

interface BackupOptions extends CommonOptions {
  readonly withSecrets?: true;
  readonly token?: string;
}

export const backupCommand = (context: CommandContext) =>
  newCommand({
    name: 'backup',
    does:
      'Writes rows, measurements, artifacts, zones and settings into one tar file, consistent while the server serves. ' +
      'A file of that name is replaced when the new one is whole. Exits with 1 when files were missing or damaged.',
    examples: [
      'almanac backup /backups/almanac-$(date +%F).tar',
      'ALMANAC_BACKUP_PASSPHRASE=... almanac backup --with-secrets all.tar',
    ],
  })
    .argument('<file>', 'where to write it')
    .option('--with-secrets', 'take keys and passwords too, locked with a passphrase (ALMANAC_BACKUP_PASSPHRASE)')
    .option('--token <token>', 'a bearer token of an admin; by default one is made with the keys of the data directory')
    .action(async (file: string, { withSecrets, token, ...options }: BackupOptions) => {
      const screen = context.makeScreen(options.json === true);
      const config = configOf(context, options);
      const passphrase = withSecrets === true ? await choosePassphrase(config.backupPassphrase) : undefined;
      const { signal } = listenForStop(() => screen.line('Stopping; the half backup is removed.'));
      const { takeBackup } = await import('../backup/take.js');
      const taken = await screen.step('backup', async (progress) => {
        const startedMs = performance.now();
        const value = await takeBackup({
          config,
          file,
          signal,
          ...(passphrase === undefined ? {} : { passphrase }),
          ...(token === undefined ? {} : { token }),
          onBytes: (bytes, expected) => progress.update(bytes, Math.max(bytes, expected), sayBytes(bytes)),
        });
        const { head, manifest, bytes, isOnline } = value;
        const losses = lossesOf(manifest.notices);
        const seconds = (performance.now() - startedMs) / 1000;
        return {
          says: `${sayBytes(bytes)} in ${manifest.entries.length.toLocaleString('en')} entries, ${sayBytes(bytes / seconds)}/s`,
          value,
          held: losses.length === 0,
          facts: {
            file,
            bytes,
            entries: manifest.entries.length,
            rows: manifest.rows.tables.reduce((sum, { rows }) => sum + rows, 0),
            schema: head.schema,
            created_at: head.created_at,
            with_secrets: head.secrets_sha256 !== null,
            measurements: head.measurements,
            online: isOnline,
            notices: manifest.notices,
          },
        };
      });
      if (!taken.head.measurements.taken) screen.line(`  Not taken: ${taken.head.measurements.reason}.`);
      if (taken.head.secrets_sha256 === null)
        screen.line('  Not taken: the secrets (keys, passwords). Add --with-secrets to take them under a passphrase.');
      for (const { path, what } of taken.manifest.notices) screen.line(`  ${path}: ${SAYS[what]}`);
      context.setExitCode(lossesOf(taken.manifest.notices).length === 0 ? EXIT.ok : EXIT.failed);
    });

const SAYS = {
  missing: 'the rows name it and it is not there; `almanac verify` can make an artifact again',
  damaged: 'its bytes no longer match its name; taken as it is, bring it back from an earlier backup',
  changed: 'made anew while the backup ran; the registry sees it at the first start',
  left_out: 'its name cannot stand in a backup; rename it',
} as const;

const lossesOf = <N extends { readonly what: string }>(notices: readonly N[]): N[] =>
  notices.filter(({ what }) => what === 'missing' || what === 'damaged');

async function choosePassphrase(given: string | null): Promise<string> {
  const { askPassphrase } = await import('../backup/passphrase.js');
  const { errors } = await import('#base/errors.js');
  const passphrase = given ?? (await askPassphrase({ input: process.stdin, output: process.stderr }, { isNew: true }));
  if (passphrase === undefined) throw errors.passphraseMissing();
  return passphrase;
}
