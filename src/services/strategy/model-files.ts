/** A model's documents as files of the workspace: copies for people; the rows are the truth. */
import { rename, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import type { JsonObject } from '#base/json.js';
import type { StrategyDesk } from './desk.js';
import { ownFile } from './workspace.js';

export const configPath = (model: { packId: string; modelId: string }) =>
  `packs/${model.packId}/model_configs/${model.modelId}.yaml`;

export const policyPath = (model: { packId: string; modelId: string }) =>
  `packs/${model.packId}/policy_templates/${model.modelId}.yaml`;

export async function writeModelFiles(
  desk: Pick<StrategyDesk, 'workspaceDir'>,
  model: { packId: string; modelId: string; config: JsonObject },
  policy: JsonObject | null,
): Promise<void> {
  await writeYaml(desk, configPath(model), model.config);
  if (policy !== null) await writeYaml(desk, policyPath(model), policy);
}

async function writeYaml(desk: Pick<StrategyDesk, 'workspaceDir'>, name: string, document: JsonObject): Promise<void> {
  const { path } = await ownFile({ dir: desk.workspaceDir }, name);
  await writeFile(`${path}.tmp`, stringify(document));
  await rename(`${path}.tmp`, path);
}
