/** Finding the option data a matrix needs: snapshots of the ticker's chain, and what was traded of its contracts. */
import { DAY_MS } from '#engine/calendar/civil-date.js';
import { findIndicator, type IndicatorRequest, resolveIndicators } from '#engine/indicators/resolve.js';
import type { RawOptionChain } from '#engine/options/chain-from-columns.js';
import type { RawOptionBars } from '#engine/options/flow-from-columns.js';
import { readOptionBars, readOptionChain } from '#services/research/option-data.service.js';
import type { StrategyDesk } from './desk.js';
import type { MatrixWork } from './matrix-work.js';

export type FoundOptions =
  | { readonly role: 'chain'; readonly columns: RawOptionChain }
  | { readonly role: 'flow'; readonly columns: RawOptionBars };

/**
 * Up to the end of the work, like its bars. Nothing stored is no error: what needs the data is null, and the quality report says why.
 * A matrix that asks for no option data reads none, so that its name does not depend on them.
 */
export async function gatherOptions(
  desk: Pick<StrategyDesk, 'measurements'>,
  work: MatrixWork,
): Promise<FoundOptions[]> {
  const needs = optionNeeds(work);
  const toUs = (work.endDay + 1) * DAY_MS * 1000 - 1;
  const found: FoundOptions[] = [];
  if (needs.chain) {
    const columns = await readOptionChain(desk, work.ticker, { toUs });
    if (columns.timestampUs.length > 0) found.push({ role: 'chain', columns });
  }
  if (needs.flow) {
    const columns = await readOptionBars(desk, work.ticker, { toUs });
    if (columns.timestampUs.length > 0) found.push({ role: 'flow', columns });
  }
  return found;
}

/** Which option data some column or the label of a matrix looks at. */
export function optionNeeds({
  indicators,
  features,
  flow,
  label,
}: Pick<MatrixWork, 'indicators' | 'features' | 'flow' | 'label'>) {
  const named: IndicatorRequest[] = [...indicators, ...(features ?? []).filter(isIndicator)];
  const wanted = new Set(resolveIndicators(named).map(({ indicator }) => indicator.requires));
  return {
    chain: wanted.has('chain') || wanted.has('quotes') || flow?.interest === true || label.kind === 'pin_drift',
    flow: wanted.has('flow') || flow !== null,
  };
}

const isIndicator = (name: string) => findIndicator(name.split('__')[0]!) !== undefined;
