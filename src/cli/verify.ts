/** What came of a verification: of an artifact that was made again, and of the files of the zones. */
import type { Gateway } from '@almanac/sdk';
import type { CheckedZoneFile } from '#services/operations/zone-check.service.js';

export type Verification = Gateway.PostAlmanacVerifyByIdAnswer;

export function sayVerification({ ok, sha256, recomputed_sha: again, steps }: Verification): string {
  if (ok) return `made again from its parents, bit for bit the same (${steps.length} of ${steps.length})`;
  const different = steps.filter(({ outcome }) => outcome === 'different');
  return `NOT the same: ${different.map(({ kind }) => kind).join(', ')}; ${sha256} became ${again}`;
}

const OUTCOMES = ['same', 'missing', 'altered', 'unaccounted'] as const;

const countOf = (checked: readonly CheckedZoneFile[], wanted: CheckedZoneFile['outcome']): number =>
  checked.filter(({ outcome }) => outcome === wanted).length;

export function sayZones(checked: readonly CheckedZoneFile[]): string {
  if (checked.length === 0) return 'no file is registered';
  const counts = OUTCOMES.map((outcome) => [outcome, countOf(checked, outcome)] as const);
  const wrong = counts.filter(([outcome, count]) => outcome !== 'same' && count > 0);
  if (wrong.length === 0) return `${checked.length} files stand on the disk as they were registered`;
  return `${wrong.map(([outcome, count]) => `${count} ${outcome}`).join(', ')} of ${checked.length} files`;
}

/** Counts, and what is wrong by its path. */
export const zoneFacts = (checked: readonly CheckedZoneFile[]) => ({
  ...Object.fromEntries(OUTCOMES.map((outcome) => [outcome, countOf(checked, outcome)])),
  wrong: checked
    .filter(({ outcome }) => outcome !== 'same')
    .map(({ file, outcome, foundSha, foundBytes }) => ({
      id: file.id,
      path: file.filePath,
      outcome,
      sha256: file.sha256,
      found_sha256: foundSha,
      size: file.fileSize,
      found_size: foundBytes,
    })),
});
