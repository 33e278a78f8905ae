/** Models from a template that ships, one for each series and way to learn; those that are there already stay. */
import { ApiError } from '@almanac/sdk';
import type { Journey } from '../journey.js';
import type { DemoModel } from '../series.js';

export async function makeModel({ screen, sigma }: Journey, model: DemoModel): Promise<void> {
  await screen.step(`model ${model.modelId}`, async () => {
    if (await isThere(sigma, model.modelId)) return { says: 'is there already', value: undefined };
    await sigma.postModels({
      body: {
        template_id: model.template,
        // A name that reads as a model id becomes the id (sigma.md 7.1).
        name: model.modelId,
        config: { ticker: model.series.ticker, model: model.algo },
      },
    });
    return { says: `${model.algo}, from template ${model.template}`, value: undefined };
  });
}

async function isThere(sigma: Journey['sigma'], modelId: string): Promise<boolean> {
  try {
    await sigma.getModelsByModelId({ path: { model_id: modelId } });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
