/** Stage1's desk, settings and job types, out of the house. */
import type { JobType } from '#jobs/job-type.js';
import type { ResearchDesk } from '#services/research/desk.js';
import { importJob } from '#services/research/import.job.js';
import type { Surface } from '#surfaces/http/surface.js';
import { STAGE1_DEFAULTS, stage1Surface } from '#surfaces/stage1/index.js';
import type { House } from './house.js';
import { version } from './version.js';

export const researchDesk = (house: House): ResearchDesk => ({
  db: house.db,
  measurements: house.measurements,
  queue: house.queue,
  clock: house.clock,
  ids: house.ids,
  uploadDir: house.config.stage1UploadDir,
});

export const researchJobs = (desk: ResearchDesk): JobType[] => [importJob(desk)];

export function makeStage1(house: House, desk: ResearchDesk): Surface {
  const { config } = house;
  return stage1Surface(desk, {
    enableAuth: config.stage1EnableAuth,
    tokens: config.stage1ApiTokens,
    corsOrigins: config.stage1CorsOrigins,
    bodyBytesMax: config.stage1BodyBytesMax,
    uploadBytesMax: STAGE1_DEFAULTS.uploadBytesMax,
    queryRowsMax: config.stage1QueryRowsMax,
    queryTimeoutMs: config.stage1QueryTimeoutMs,
    directImport: config.stage1DirectImport,
    allowMeasurementDelete: config.stage1AllowMeasurementDelete,
    version,
    startedAtMs: house.startedAtMs,
  });
}
