/** Taking in bars and option data (contract 10.1): JSON with its rows, or CSV. */
import { type BarHead, INGEST_INTERVALS, ingestBarFile, ingestBarRows } from '#services/strategy/bar-ingest.service.js';
import { ingestOptionFile, ingestOptionRows, type OptionRowKind } from '#services/strategy/option-ingest.service.js';
import type { App } from '../http/surface.js';
import type { SigmaDesk } from './desk.js';
import { unknownKeyWarnings } from './envelope.js';
import { choiceOf, flagOf, tickerOf } from './fields.js';
import { ingestRoute } from './ingest-route.js';
import type { SigmaSettings } from './settings.js';

export function barRoutes(app: App, desk: SigmaDesk, settings: SigmaSettings): void {
  ingestRoute(app, desk, settings, {
    path: '/data/bars',
    summary: 'Take in bars: JSON {ticker, interval, rows} or {rows}, or CSV with a heading',
    action: 'data.bars',
    file: (path) => ingestBarFile(desk, path),
    json: async (body, rows) => {
      const head: BarHead = {
        ticker: tickerOf(body['ticker']),
        interval: choiceOf(body['interval'], 'interval', INGEST_INTERVALS),
      };
      const isAdjusted = flagOf(body['adjusted'], 'adjusted') ?? true;
      const warnings = [
        ...(isAdjusted ? [] : ['adjusted=false is noted; bars are stored as they came']),
        ...unknownKeyWarnings(body, ['ticker', 'interval', 'adjusted', 'rows']),
      ];
      return { report: await ingestBarRows(desk, rows, head), warnings };
    },
  });
  optionRoute(app, desk, settings, 'bars', 'Take in bars of option contracts: JSON {rows}, or CSV with a heading');
  optionRoute(app, desk, settings, 'chains', 'Take in snapshots of option chains: JSON {rows}, or CSV with a heading');
}

function optionRoute(app: App, desk: SigmaDesk, settings: SigmaSettings, kind: OptionRowKind, summary: string): void {
  ingestRoute(app, desk, settings, {
    path: `/data/option_${kind}`,
    summary,
    action: `data.option_${kind}`,
    file: (path) => ingestOptionFile(desk, kind, path),
    json: async (body, rows) => ({
      report: await ingestOptionRows(desk, kind, rows),
      warnings: unknownKeyWarnings(body, ['rows']),
    }),
  });
}
