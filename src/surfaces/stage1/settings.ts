/** What the operator may set about this surface (stage1.md 8). */
export interface Stage1Settings {
  readonly enableAuth: boolean;
  /** At least one when auth is on; the settings room refuses to start otherwise. */
  readonly tokens: readonly string[];
  readonly corsOrigins: '*' | readonly string[];
  /** Of a JSON body, which is held in memory. */
  readonly bodyBytesMax: number;
  /** Of an upload that goes to a file while it arrives. */
  readonly uploadBytesMax: number;
  readonly queryRowsMax: number;
  readonly queryTimeoutMs: number;
  readonly directImport: boolean;
  readonly allowMeasurementDelete: boolean;
  readonly version: string;
  /** For `uptime`. */
  readonly startedAtMs: number;
}

export const STAGE1_DEFAULTS = {
  enableAuth: false,
  tokens: [],
  corsOrigins: [
    'https://agenticresearch.info',
    'http://agenticresearch.info',
    'http://localhost:3000',
    'https://localhost:3000',
  ],
  bodyBytesMax: 128 * 1024 * 1024,
  uploadBytesMax: 8 * 1024 * 1024 * 1024,
  queryRowsMax: 100_000,
  queryTimeoutMs: 30_000,
  directImport: true,
  allowMeasurementDelete: false,
} as const;
