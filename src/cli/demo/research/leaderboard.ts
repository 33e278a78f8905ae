/** The leaderboard as it is: ranked with its trials, and with the reasons why a row does not pass. */
import { plot } from 'asciichart';
import { z } from 'zod';
import { table } from '../../screen.js';
import type { Journey } from '../journey.js';
import { DEMO_TAG } from '../series.js';
import { decimal, percent } from './backtests.js';

const Row = z.object({
  rank: z.number(),
  backtest_id: z.string(),
  model_id: z.string(),
  metrics: z.object({
    sharpe: z.number().nullable(),
    cum_ret: z.number().nullable(),
    max_drawdown: z.number().nullable(),
    trades: z.number(),
    dsr: z.number().nullable(),
  }),
  trials: z.number().nullish(),
  gate: z.object({ pass: z.boolean(), reasons: z.array(z.string()) }),
  config: z.object({ thresholds: z.array(z.number()).nullish(), top_pct: z.number().nullish() }),
});
type Row = z.infer<typeof Row>;
const Leaderboard = z.object({ items: z.array(Row), total: z.number() });

const ROWS_SHOWN = 10;

export async function topRows(sigma: Journey['sigma'], limit: number): Promise<{ rows: Row[]; total: number }> {
  const query = { tag: DEMO_TAG, sort_by: 'sharpe', limit };
  const { items, total } = Leaderboard.parse(await sigma.getLeaderboard({ query }));
  return { rows: items, total };
}

export async function showLeaderboard({ screen, sigma }: Journey): Promise<void> {
  const { rows, total } = await screen.step('leaderboard', async () => {
    const value = await topRows(sigma, ROWS_SHOWN);
    if (value.rows.length === 0) throw new Error('The leaderboard is empty');
    return { says: `${value.total} saved runs, the best ${value.rows.length} by Sharpe`, value, facts: value };
  });
  screen.line();
  const [head, rule, ...lines] = table(HEADERS, rows.map(cellsOf));
  for (const line of [head, rule]) screen.line(`  ${line}`);
  for (const [i, line] of lines.entries()) {
    screen.line(`  ${line}`);
    screen.line(`      ${sayGate(rows[i]!)}`);
  }
  screen.line();
  const passed = rows.filter(({ gate }) => gate.pass).length;
  screen.line(
    passed === 0
      ? `  Nothing among the first ${rows.length} of ${total} passes the gate. That is the honest result: a Sharpe that was the best of many`
      : `  ${passed} of the first ${rows.length} pass the gate. The others are shown with their reasons: a Sharpe that was the best of many`,
  );
  screen.line('  trials is worth less than it looks, and DSR (the deflated Sharpe ratio) says by how much.');
}

const HEADERS = ['', 'model', 'thresholds', 'top', 'Sharpe', 'DSR', 'return', 'drawdown', 'trades', 'trials'];

/** On a line of its own: the reasons are why the row is worth reading. */
const sayGate = ({ gate }: Row) => (gate.pass ? '✓ passes the gate' : `✗ ${gate.reasons.join(', ')}`);

const cellsOf = ({ rank, model_id, config, metrics, trials }: Row): string[] => [
  String(rank),
  model_id,
  config.thresholds?.join(' ') ?? '-',
  config.top_pct == null ? '-' : percent(config.top_pct),
  decimal(metrics.sharpe),
  decimal(metrics.dsr),
  percent(metrics.cum_ret),
  percent(metrics.max_drawdown),
  String(metrics.trades),
  trials == null ? '-' : String(trials),
];

const Best = z.object({
  stage1_run_id: z.string(),
  metrics: z.record(z.string(), z.unknown()),
  result: z.object({ equity: z.array(z.object({ ts: z.string(), equity: z.number() })) }),
});
const Benchmark = z.object({
  sharpe: z.number().nullable(),
  cum_ret: z.number().nullable(),
  max_drawdown: z.number().nullable(),
});
const CHART_WIDTH = 80;
const CHART_HEIGHT = 10;

/** What one unit of money became, net of costs, on rows that the model had not seen. */
export async function showBest(journey: Journey): Promise<void> {
  const { screen, sigma } = journey;
  const { rows } = await topRows(sigma, 1);
  const top = rows[0]!;
  const best = Best.parse(await sigma.getBacktestsByBacktestId({ path: { backtest_id: top.backtest_id } }));
  const { equity } = best.result;
  screen.heading(`The best by Sharpe: ${top.model_id}, ${top.backtest_id}`);
  screen.line(
    `  Equity out of sample, ${equity[0]?.ts.slice(0, 10)} to ${equity.at(-1)?.ts.slice(0, 10)}, net of costs`,
  );
  screen.line();
  const shown = thin(
    equity.map((point) => point.equity),
    CHART_WIDTH,
  );
  for (const line of plot(shown, { height: CHART_HEIGHT, format: (value) => value.toFixed(2).padStart(8) }).split('\n'))
    screen.line(`  ${line}`);
  screen.line();
  for (const line of sayMetrics(best.metrics)) screen.line(`  ${line}`);
  const held = Benchmark.safeParse(best.metrics['benchmark']).data;
  if (held !== undefined)
    screen.line(
      `  buying and holding the same bars: Sharpe ${decimal(held.sharpe)}, return ${percent(held.cum_ret)}, drawdown ${percent(held.max_drawdown)}`,
    );
  screen.line();
  await findInStage1(journey, best.stage1_run_id);
}

/** The same backtest as a walk-forward run: what a Stage1 client finds under its id. */
async function findInStage1({ screen, stage1 }: Journey, id: string): Promise<void> {
  await screen.step('the same as a Stage1 run', async () => {
    const run = await stage1.getRunsById({ path: { id } });
    const { simulations } = await stage1.getSimulations({ query: { run_id: id } });
    const predictions = await stage1.getQuestdbMeasurementByName({ path: { name: run.prediction_measurement } });
    const [simulation] = simulations;
    if (run.fold_count === 0 || simulation === undefined)
      throw new Error(`Stage1 run ${id} has no folds or no simulation`);
    const says = `run ${id}: ${run.fold_count} folds, ${predictions.row_count} predictions in ${run.prediction_measurement}, simulation ${simulation.simulation_id}`;
    return { says, value: undefined, facts: { run_id: id, simulation_id: simulation.simulation_id } };
  });
}

/** The last point of each of `width` equal stretches. */
const thin = (values: readonly number[], width: number) =>
  values.length <= width
    ? values
    : Array.from({ length: width }, (_, i) => values[Math.ceil(((i + 1) * values.length) / width) - 1]!);

const SHOWN: readonly (readonly [key: string, title: string, show: (value: number) => string])[] = [
  ['sharpe', 'Sharpe', decimal],
  ['sortino', 'Sortino', decimal],
  ['calmar', 'Calmar', decimal],
  ['psr', 'probabilistic Sharpe', decimal],
  ['dsr', 'deflated Sharpe', decimal],
  ['cum_ret', 'return', percent],
  ['max_drawdown', 'drawdown', percent],
  ['win_rate', 'trades won', percent],
  ['turnover', 'turnover a year', decimal],
  ['exposure', 'time in the market', percent],
];

function sayMetrics(metrics: Record<string, unknown>): string[] {
  const said = SHOWN.flatMap(([key, title, show]) => {
    const value = metrics[key];
    return typeof value === 'number' ? [`${title} ${show(value)}`] : [];
  });
  const half = Math.ceil(said.length / 2);
  return [said.slice(0, half).join(' · '), said.slice(half).join(' · ')].filter((line) => line !== '');
}
