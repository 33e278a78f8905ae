/** Everything the worker threads can do; a new task is a file in tasks/ and a line here. */
import type { Task } from './task.js';
import { buildMatrixTask } from './tasks/build-matrix.task.js';
import { checkDayTask } from './tasks/check-day.task.js';
import { checkMatrixTask } from './tasks/check-matrix.task.js';
import { csvBlockTask } from './tasks/csv-block.task.js';
import { csvLinesTask } from './tasks/csv-lines.task.js';
import { csvScanTask } from './tasks/csv-scan.task.js';
import { csvTextTask } from './tasks/csv-text.task.js';
import { decodeDayTask } from './tasks/decode-day.task.js';
import { deriveDayTask } from './tasks/derive-day.task.js';
import { echoTask } from './tasks/echo.task.js';
import { evaluateTask } from './tasks/evaluate.task.js';
import { evaluateSliceTask } from './tasks/evaluate-slice.task.js';
import { exportDayTask } from './tasks/export-day.task.js';
import { fitBaselineTask } from './tasks/fit-baseline.task.js';
import { fitBoostingTask } from './tasks/fit-boosting.task.js';
import { fitFinalTask } from './tasks/fit-final.task.js';
import { fitFoldTask } from './tasks/fit-fold.task.js';
import { joinCrewTask } from './tasks/join-crew.task.js';
import { joinTrainingTask } from './tasks/join-training.task.js';
import { openMatrixTask } from './tasks/open-matrix.task.js';
import { overfittingTask } from './tasks/overfitting.task.js';
import { readBarsTask } from './tasks/read-bars.task.js';
import { readOptionsTask } from './tasks/read-options.task.js';
import { replayBracketsTask } from './tasks/replay-brackets.task.js';
import { sampleDayTask } from './tasks/sample-day.task.js';
import { simulateDayTask } from './tasks/simulate-day.task.js';
import { snapshotBarsTask } from './tasks/snapshot-bars.task.js';
import { snapshotOptionsTask } from './tasks/snapshot-options.task.js';
import { spinTask } from './tasks/spin.task.js';
import { splitDbnTask } from './tasks/split-dbn.task.js';
import { trySliceTask } from './tasks/try-slice.task.js';

export const tasks = {
  buildMatrix: buildMatrixTask,
  checkDay: checkDayTask,
  checkMatrix: checkMatrixTask,
  csvBlock: csvBlockTask,
  csvLines: csvLinesTask,
  csvScan: csvScanTask,
  csvText: csvTextTask,
  decodeDay: decodeDayTask,
  deriveDay: deriveDayTask,
  echo: echoTask,
  evaluate: evaluateTask,
  evaluateSlice: evaluateSliceTask,
  exportDay: exportDayTask,
  fitBaseline: fitBaselineTask,
  fitBoosting: fitBoostingTask,
  fitFinal: fitFinalTask,
  fitFold: fitFoldTask,
  joinCrew: joinCrewTask,
  joinTraining: joinTrainingTask,
  openMatrix: openMatrixTask,
  overfitting: overfittingTask,
  readBars: readBarsTask,
  readOptions: readOptionsTask,
  replayBrackets: replayBracketsTask,
  sampleDay: sampleDayTask,
  simulateDay: simulateDayTask,
  snapshotBars: snapshotBarsTask,
  snapshotOptions: snapshotOptionsTask,
  spin: spinTask,
  splitDbn: splitDbnTask,
  trySlice: trySliceTask,
};

export type TaskName = keyof typeof tasks;
export type TaskInput<N extends TaskName> = (typeof tasks)[N] extends Task<infer I, infer _O> ? I : never;
export type TaskOutput<N extends TaskName> = (typeof tasks)[N] extends Task<infer _I, infer O> ? O : never;
