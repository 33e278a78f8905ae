/** Failures of backing up and restoring: what is not a backup, what was damaged, and where nothing may be restored to. */
import { AppError } from '../app-error.js';

const INTACT = 'Nothing was restored.';

export const backupErrors = {
  backupForeign: () =>
    new AppError(
      'invalid',
      'backup_foreign',
      `This is not a backup of Almanac: it does not begin with backup.json. Give a file that \`almanac backup\` wrote. ${INTACT}`,
    ),
  backupCutShort: () =>
    new AppError(
      'broken',
      'backup_cut_short',
      `The backup is cut short: it ends before its trailer. Copy the file again, or take another backup. ${INTACT}`,
    ),
  backupDamaged: (path: string, reason: string) =>
    new AppError(
      'broken',
      'backup_damaged',
      `The backup is damaged at ${path}: ${reason}. Copy the file again, or take another backup. ${INTACT}`,
      { path, reason },
    ),
  backupNewer: (made: string, ours: string) =>
    new AppError(
      'unsupported',
      'backup_newer',
      `The backup was made by a newer Almanac (${made}; this one knows ${ours}). Upgrade Almanac, then restore. ${INTACT}`,
      { made, ours },
    ),
  backupSourceChanged: (path: string) =>
    new AppError(
      'conflict',
      'backup_source_changed',
      `${path} changed its length while it was read. No backup was written; take it again.`,
      { path },
    ),
  backupInterrupted: (reason: string, cause?: unknown) =>
    new AppError(
      'unavailable',
      'backup_interrupted',
      `The server stopped sending before the backup was whole: ${reason}. No backup was written; look at the server's log, then take it again.`,
      { reason },
      cause,
    ),
  backupUnsettled: () =>
    new AppError(
      'unavailable',
      'backup_unsettled',
      'Uploads and measurements came and went faster than they could be held still. No backup was written; take it again at a calmer moment.',
    ),
  passphraseMissing: () =>
    new AppError(
      'invalid',
      'passphrase_missing',
      `Secrets need a passphrase: set ALMANAC_BACKUP_PASSPHRASE, or run in a terminal, where it is asked for. To restore without them add --without-secrets.`,
    ),
  passphraseTooShort: (charsMin: number) =>
    new AppError('invalid', 'passphrase_too_short', `The passphrase is shorter than ${charsMin} characters.`, {
      charsMin,
    }),
  passphrasesDiffer: () =>
    new AppError('invalid', 'passphrases_differ', 'The two passphrases differ. Nothing was written; try again.'),
  passphraseWrong: (cause?: unknown) =>
    new AppError(
      'denied',
      'passphrase_wrong',
      `The passphrase does not open the secrets of this backup. Give the one it was made with, or add --without-secrets. ${INTACT}`,
      {},
      cause,
    ),
  restoreTargetTaken: (dir: string) =>
    new AppError(
      'conflict',
      'restore_target_taken',
      `${dir} is not empty, and a backup is restored into an empty data directory only. Choose another with --data-dir, or move this one away. ${INTACT}`,
      { dir },
    ),
  restoreTargetUnusable: (dir: string, reason: string, cause?: unknown) =>
    new AppError(
      'unavailable',
      'restore_target_unusable',
      `Cannot restore into ${dir}: ${reason}. Choose another directory with --data-dir. ${INTACT}`,
      { dir, reason },
      cause,
    ),
  restoreDatabaseTaken: (table: string) =>
    new AppError(
      'conflict',
      'restore_database_taken',
      `The database of DATABASE_URL is not empty (it has ${table}), and a backup is restored into an empty one only. Create a new database and name it. ${INTACT}`,
      { table },
    ),
  diskFull: (dir: string, cause?: unknown) =>
    new AppError(
      'unavailable',
      'disk_full',
      `The disk of ${dir} is full. Free some space, or choose another place; nothing half written was left behind.`,
      { dir },
      cause,
    ),
};
