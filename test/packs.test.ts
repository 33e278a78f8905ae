import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { intervalOfCadence } from '#engine/calendar/bar-interval.js';
import { madeBars } from '#engine/calendar/made-bars.fixture.js';
import { type IndicatorRequest, resolveIndicators } from '#engine/indicators/resolve.js';
import { parseLabelKind } from '#engine/labels/label-kind.js';
import { buildMatrix } from '#engine/matrix/build-matrix.js';

const PACKS = ['longsigma', 'momentumsigma', 'overnightsigma', 'swingsigma', 'zerosigma'];

/** Templates that clients post (sigma 6.2). */
const TEMPLATES = [
  'zerosigma_default',
  'swingsigma_default',
  'longsigma_default',
  'overnightsigma_default',
  'momentumsigma_default',
  'zerosigma_starter_v1',
  'swing_momentum_daily_v1',
  'spy_opt_0dte_hourly',
  'spy_eq_swing_daily',
  'qqq_opt_0dte_hourly',
  'universe_eq_swing_scanner',
  'spy_eq_long_weekly',
  'overnight_eq_gap',
];

const read = (file: string) => parse(readFileSync(file, 'utf8'), { schema: 'core' });

const documents = (pack: string, folder: string) =>
  readdirSync(join('packs', pack, folder)).map((file) => ({
    name: basename(file, '.yaml'),
    ...read(join('packs', pack, folder, file)),
  }));

const sets = PACKS.flatMap((pack) => documents(pack, 'indicator_sets').map((set) => ({ pack, ...set })));
const templates = PACKS.flatMap((pack) =>
  documents(pack, 'model_templates').map((template) => ({ folder: pack, ...template })),
);
const models = PACKS.flatMap((pack) => documents(pack, 'model_configs').map((model) => ({ pack, ...model })));
const isSet = (pack: string, name: string) => sets.some((set) => set.pack === pack && set.name === name);

describe('the packs that ship', () => {
  it('are the five of the contract, each with its default set', () => {
    for (const pack of PACKS) {
      const document = read(join('packs', pack, 'pack.yaml'));
      expect(document.id).toBe(pack);
      expect(isSet(pack, document.default_indicator_set)).toBe(true);
      expect(() => parseLabelKind(document.default_label)).not.toThrow();
    }
  });

  it.each(sets)(
    '$pack: every indicator of $name is in the registry, and a matrix is built from it',
    ({ indicators }) => {
      const resolved = resolveIndicators(indicators as IndicatorRequest[]);
      expect(resolved).toHaveLength(indicators.length);
      const bars = madeBars({ interval: 'hour', sessions: 30 });
      const built = buildMatrix({
        ticker: 'SPY',
        interval: 'hour',
        bars,
        indicators: resolved,
        label: parseLabelKind('next_bar_updown'),
        fixedBp: 5,
      });
      expect(built.leaks).toEqual([]);
      expect(built.table.rows).toBeGreaterThan(100);
    },
  );

  it('hold all templates that clients post, published, of known sets and cadences', () => {
    expect(templates.map(({ template_id }) => template_id).sort()).toEqual([...TEMPLATES].sort());
    for (const template of templates) {
      expect(template).toMatchObject({ status: 'published', pack: template.folder });
      expect(isSet(template.pack, template.indicator_set.name), template.template_id).toBe(true);
      expect(intervalOfCadence(template.cadence), template.template_id).toBeDefined();
    }
    const swing = templates.find(({ template_id }) => template_id === 'swingsigma_default');
    expect(Object.values(swing.naming)).toEqual(['equity', '5d', 'daily', 'AAPL']);
  });

  it('hold models that name a set of their pack and have a policy', () => {
    expect(models).toHaveLength(23);
    for (const model of models) {
      expect(isSet(model.pack, model.indicator_set), model.model_id).toBe(true);
      const policy = read(join('packs', model.pack, 'policy_templates', `${model.model_id}.yaml`));
      expect(Object.keys(policy), model.model_id).toEqual(['risk', 'execution', 'alerting']);
    }
  });
});
