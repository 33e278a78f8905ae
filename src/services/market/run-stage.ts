/** The stages by name. */
import type { StageRunner } from './stage.js';
import { checkStage } from './stages/check.js';
import { decodeStage } from './stages/decode.js';
import { deriveStage } from './stages/derive.js';
import { downloadStage } from './stages/download.js';
import { exportStage } from './stages/export.js';
import type { Stage } from './vocabulary.js';

const RUNNERS: Readonly<Record<Stage, StageRunner>> = {
  download: downloadStage,
  decode: decodeStage,
  derive: deriveStage,
  qc: checkStage,
  export: exportStage,
};

export const runStage: StageRunner = (desk, order, end) => RUNNERS[order.stage](desk, order, end);
