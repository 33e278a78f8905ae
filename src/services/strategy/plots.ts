/** The files of a saved backtest (sigma 12.5): a picture and a table of its equity, both made from its document alone. */
import type { JsonObject } from '#base/json.js';
import type { StoredArtifact } from '#data/artifacts/port.js';
import { recordArtifact } from '#services/operations/lineage.service.js';
import type { Recipe } from '#services/operations/recipe.js';
import type { Database } from '#store/database.js';
import type { StrategyDesk } from './desk.js';
import { type EquityPoint, equitySvg } from './equity-plot.js';
import { csvLine } from './safe-csv.js';
import { ownFile } from './workspace.js';

export const PLOT_FILES = ['cum_returns.svg', 'equity.csv'] as const;
export type PlotFile = (typeof PLOT_FILES)[number];

export function plotText(file: PlotFile, document: JsonObject): string {
  const points = equityOf(document);
  return file === 'equity.csv' ? equityCsv(points) : equitySvg(points);
}

const equityOf = (document: JsonObject): EquityPoint[] =>
  ((document['result'] as JsonObject)['equity'] as readonly JsonObject[]).map(({ ts, equity, drawdown }) => ({
    tsMs: Date.parse(ts as string),
    equity: equity as number,
    drawdown: drawdown as number,
  }));

const equityCsv = (points: readonly EquityPoint[]): string =>
  [
    'timestamp,equity,drawdown\n',
    ...points.map(({ tsMs, equity, drawdown }) =>
      csvLine([new Date(tsMs).toISOString().replace('.000Z', 'Z'), equity, drawdown]),
    ),
  ].join('');

interface Plotted {
  readonly modelId: string;
  readonly backtestId: string;
}

const directoryOf = ({ modelId, backtestId }: Plotted) => `static/backtest_plots/${modelId}/${backtestId}/`;

/** Where the files of a run that has been kept are, relative to the workspace and to the server alike. */
export const plotUris = (run: Plotted) => ({ plots: directoryOf(run), csv: `${directoryOf(run)}equity.csv` });

export interface KeptPlot {
  readonly file: PlotFile;
  readonly stored: StoredArtifact;
}

/** Writes the files and gives them their names; their rows follow in the caller's transaction. */
export const keepPlots = (
  desk: Pick<StrategyDesk, 'artifacts' | 'workspaceDir'>,
  run: Plotted,
  document: JsonObject,
): Promise<KeptPlot[]> =>
  Promise.all(
    PLOT_FILES.map(async (file) => {
      const stored = await desk.artifacts.put(plotText(file, document));
      const { path } = await ownFile({ dir: desk.workspaceDir }, `${directoryOf(run)}${file}`);
      await desk.artifacts.link(stored.sha256, path);
      return { file, stored };
    }),
  );

/** The backtest's own row must stand already: it is their parent. */
export async function recordPlots(
  desk: Pick<StrategyDesk, 'artifacts' | 'codeVersion'>,
  tx: Database,
  plots: readonly KeptPlot[],
  about: Plotted & { readonly packId: string; readonly resultSha: string },
): Promise<void> {
  for (const { file, stored } of plots)
    await recordArtifact(desk, tx, {
      kind: 'plot',
      content: stored,
      parents: [about.resultSha],
      params: { file },
      modelId: about.modelId,
      packId: about.packId,
      uri: `${directoryOf(about)}${file}`,
    });
}

export const plotRecipe: Recipe = {
  kind: 'plot',
  async recompute({ parents, params }) {
    const document = JSON.parse(parents[0]!.toString('utf8')) as JsonObject;
    return Buffer.from(plotText(params['file'] as PlotFile, document));
  },
};
