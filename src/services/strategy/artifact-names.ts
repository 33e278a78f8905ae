/** The other names of this room's artifacts: the backtest, the training or the build that made them. */
import { findBacktestRun } from '#store/backtest-run.store.js';
import { findBuildRun } from '#store/build-run.store.js';
import { findTrainingRun } from '#store/training-run.store.js';
import { numberOrId } from './backtest.service.js';
import type { StrategyDesk } from './desk.js';

/** The SHA-256 behind `bt_...`, `train_...` or `build_...`; undefined for any other name, and for a run that kept no artifact. */
export async function findArtifactOf({ db }: Pick<StrategyDesk, 'db'>, id: string): Promise<string | undefined> {
  if (id.startsWith('bt_')) return (await findBacktestRun(db, numberOrId(id, 'bt_')))?.resultSha ?? undefined;
  if (id.startsWith('train_')) return (await findTrainingRun(db, id))?.modelSha ?? undefined;
  if (id.startsWith('build_')) return (await findBuildRun(db, id))?.artifactSha ?? undefined;
  return undefined;
}
