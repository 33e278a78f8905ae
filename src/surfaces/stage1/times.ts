/** The ways Stage1 writes a time (stage1.md 1.1). */

/** `2025-11-10T01:30:00Z`, whole seconds. */
export const isoZ = (ms: number): string => `${isoSeconds(ms)}Z`;

export const isoZOrNull = (ms: number | null): string | null => (ms === null ? null : isoZ(ms));

/** Jobs: UTC as well, but without the Z. */
export const isoSeconds = (ms: number): string => new Date(ms).toISOString().slice(0, -5);

export const isoSecondsOrNull = (ms: number | null): string | null => (ms === null ? null : isoSeconds(ms));

/** `2024-11-28T22:00:00.000000Z`. */
export function isoMicros(us: number): string {
  const seconds = Math.floor(us / 1_000_000);
  const fraction = String(us - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, -5)}.${fraction}Z`;
}

/** Clients' fields are milliseconds, and 0 is their "none". */
export const msOrZero = (us: number | null): number => (us === null ? 0 : Math.floor(us / 1000));

export const msOrNull = (us: number | null): number | null => (us === null ? null : Math.floor(us / 1000));
