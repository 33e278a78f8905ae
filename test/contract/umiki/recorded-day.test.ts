import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { openUmikiHouse } from './umiki-house.js';

/** The opening of a session of E-mini futures, order by order, as the vendor sends it (data/README.md). */
const FILE = resolve('../shared/data/dbn-es/esh4-glbx-mdp3-20231224.mbo.dbn.zst');

it.skipIf(!existsSync(FILE))('finds a recorded day as orderly as it was (skipped without ../shared/data)', async () => {
  const house = await openUmikiHouse();
  const name = 'dataset=GLBX.MDP3&symbol=ESH4&date=2023-12-24';
  const uploaded = await house.upload(name, readFileSync(FILE));
  expect([uploaded.status, uploaded.json.n_records]).toEqual([200, 8725]);
  expect(uploaded.json.file_path).toBe('raw/GLBX.MDP3/ESH4/2023-12-24.dbn.zst');
  const job = await house.run({ dataset: 'GLBX.MDP3', spec: { tick: 0.25 } });
  expect([job.status, job.error]).toEqual(['completed', null]);
  const { json: report } = await house.get('/api/qc/2023-12-24/ESH4?dataset=GLBX.MDP3');
  expect(report).toMatchObject({ n_bbo_crossed: 0, n_book_errors: 0 });
  const { json: validation } = await house.get(`/api/audit/validate?${name}`);
  expect(validation).toMatchObject({
    group_a_proper_order_pct: 100,
    trade_bbo_unchanged_pct: 100,
    levels_sorted_pct: 100,
  });
  const { json: summary } = await house.get('/api/data/summary?symbol=ESH4');
  expect(summary.dataset).toBe('GLBX.MDP3');
});
