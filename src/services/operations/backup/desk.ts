/** What a backup is taken from; app builds it. */
import type { Clock } from '#base/clock.js';
import type { DataDirPaths } from '#data/files/data-dir.js';
import type { MeasurementStore } from '#data/timeseries/port.js';
import type { PostgresConnection } from '#store/connection.js';

export interface BackupDesk {
  readonly clock: Clock;
  /** Of the program. */
  readonly version: string;
  readonly paths: DataDirPaths;
  /** A backup has a connection of its own: its snapshot lives as long as it does. */
  readonly database: string | PostgresConnection;
  readonly measurements: MeasurementStore;
  /** Where imports wait for their job. */
  readonly uploadDir: string;
  readonly workspaceDir: string;
  readonly specDir: string;
  /** The settings in force that are no secrets, as an almanac.config.yaml. */
  readonly settingsYaml: string;
  /** The secret ones by environment name; taken only under a passphrase. */
  readonly secretSettings: Readonly<Record<string, string>>;
}
