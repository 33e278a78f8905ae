/** What the gateway works with; app builds it. */
import type { Clock } from '#base/clock.js';
import type { IdentityDesk } from '#services/identity/desk.js';
import type { ReadDesk } from '#services/market/day-reader.js';
import type { BackupDesk } from '#services/operations/backup/backup.service.js';
import type { JobDesk } from '#services/operations/job.service.js';
import type { LineageDesk } from '#services/operations/lineage.service.js';
import type { Metrics } from '#services/operations/metrics.service.js';
import type { ResearchDesk } from '#services/research/desk.js';
import type { App } from '../http/surface.js';

/** The surfaces that stand behind the gateway under their names. */
export const HANDED_ON = ['umiki', 'sigma', 'stage1', 'forecastlab'] as const;
export type HandedOn = (typeof HANDED_ON)[number];

export interface GatewayDesk {
  readonly stores: Pick<ResearchDesk, 'db' | 'measurements' | 'queue'>;
  readonly jobs: JobDesk;
  readonly lineage: LineageDesk;
  /** What reads order-book days. */
  readonly market: ReadDesk;
  readonly identity: IdentityDesk;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly version: string;
  readonly startedAtMs: number;
  /** ALMANAC_AUTH: `required` asks for a sign-in for everything but health and sigma's own door. */
  readonly authMode: 'optional' | 'required';
  /** ALMANAC_CORS_ORIGINS; `['loopback']` by default. */
  readonly corsOrigins: readonly string[] | '*';
  /** The other listeners' instances, made ready by app; one that is missing is a 404. */
  readonly surfaces: Partial<Record<HandedOn, App>>;
  /** Where the listeners are bound, for the page at `/`. */
  readonly addresses: () => Readonly<Record<string, string>>;
  /** The artifact behind another name (a backtest's id); undefined for a name nobody knows. */
  readonly findArtifactOf?: (id: string) => Promise<string | undefined>;
  /** Absent: there is nothing to back up here, and no route for it. */
  readonly backup?: BackupDesk;
}
