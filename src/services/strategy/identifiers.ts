/** What the names mean: a model id spells ticker, asset, horizon, cadence and variant (sigma 5), and a horizon names its pack. */
import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '#base/json.js';

export type AssetType = 'eq' | 'opt';

export const CADENCES = ['1m', '5m', '15m', '30m', 'hourly', 'daily', 'weekly', 'intraday'] as const;
export const ALGOS = ['gbm', 'xgb', 'rf', 'logit'] as const;

const HORIZON = '0dte|0d|intraday|swing|long|[1-9]\\d{0,3}d|[1-9]\\d{0,2}w';
const MODEL_ID = new RegExp(
  `^([A-Za-z0-9.-]{1,12})_(eq|opt|equity|options)_(${HORIZON})_(${CADENCES.join('|')})(?:_([a-z0-9_]{1,64}))?$`,
);
const HORIZON_ALONE = new RegExp(`^(?:${HORIZON})$`);
/** Ids name files, so nothing that could climb out of a directory may be one. */
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export interface ModelName {
  readonly ticker: string;
  readonly asset: AssetType;
  readonly horizon: string;
  readonly cadence: string;
  readonly variant: string | null;
}

/** Undefined when the text is not spelt like a model id. */
export function parseModelId(text: string): ModelName | undefined {
  const match = MODEL_ID.exec(text);
  if (match === null) return undefined;
  const [, ticker, asset, horizon, cadence, variant] = match;
  return {
    ticker: ticker!.toUpperCase(),
    asset: parseAsset(asset!)!,
    horizon: horizon!,
    cadence: cadence!,
    variant: variant ?? null,
  };
}

export const isSafeName = (text: string) => SAFE_NAME.test(text) && !text.includes('..');

export const isHorizon = (text: string) => HORIZON_ALONE.test(text);

const ASSET_WORDS: Readonly<Record<string, AssetType>> = {
  opt: 'opt',
  options: 'opt',
  option: 'opt',
  eq: 'eq',
  equity: 'eq',
  equities: 'eq',
  stock: 'eq',
  stocks: 'eq',
};

export const parseAsset = (text: string): AssetType | undefined => ASSET_WORDS[text.toLowerCase()];

/** Sessions a position is held: 0 within the session, `Nd` N, `swing` 5, `long` 63, `Nw` 5N. */
export function horizonSessions(horizon: string): number {
  if (horizon === 'swing') return 5;
  if (horizon === 'long') return 63;
  const count = Number.parseInt(horizon, 10);
  if (horizon.endsWith('w')) return 5 * count;
  return horizon === '0dte' || horizon === 'intraday' ? 0 : count;
}

/** The pack of a new model that named none (sigma 6.3). */
export function inferPack(horizon: string, cadence: string): string {
  if (horizon === '0dte' || horizon === '0d') return 'zerosigma';
  if (horizon === 'intraday') return cadence === 'daily' ? 'overnightsigma' : 'momentumsigma';
  if (horizon === 'long') return 'longsigma';
  if (horizon.endsWith('d')) return horizonSessions(horizon) > 30 ? 'longsigma' : 'swingsigma';
  return 'swingsigma';
}

const PACK_LABELS: Readonly<Record<string, string>> = {
  zerosigma: 'next_bar_updown',
  swingsigma: 'fwd_ret_20d',
  longsigma: 'fwd_ret_63d',
  overnightsigma: 'close_to_open',
  momentumsigma: 'next_bar_updown',
};

/** What a model learns when its configuration does not say: `Nd` names its own horizon, else the pack's label (sigma 6.1). */
export function defaultLabel(packId: string, horizon: string, cadence: string): string {
  if (/^[1-9]\d*[dw]$/.test(horizon)) return `fwd_ret_${horizonSessions(horizon)}d`;
  const label = PACK_LABELS[packId] ?? 'fwd_ret_5d';
  // A daily row has no next bar in its own session, so the bar label would label nothing.
  const isDaily = cadence === 'daily' || cadence === 'weekly';
  return isDaily && label === 'next_bar_updown' ? 'fwd_ret_1d' : label;
}

/** Lower-case words joined by one underscore, for the tail of an id. */
export const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 48);

export const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The name of a resolved object (sigma 21): of what it says, not of how it was written down. */
export const shaOf = (value: Json) => sha256(canonicalJson(value));
