/** What a matrix is built from, and what it should hold. */
import type { Indicator, MarketData, ResolvedIndicator } from '../indicators/indicator.js';
import type { IndicatorRequest } from '../indicators/resolve.js';
import type { LabelKind } from '../labels/label-kind.js';
import type { FlowWish } from './option-flow-columns.js';

/** The market is all that is known, also from before `startDay`: indicators warm up on it. Options are joined by what was known at each bar's end. */
export interface MatrixRequest extends MarketData {
  /** The option flow columns; a matrix of shares has none. */
  readonly flowColumns?: FlowWish | undefined;
  readonly indicators: readonly ResolvedIndicator[];
  readonly features?: readonly IndicatorRequest[] | undefined;
  /** The list that `features` are looked up in; the house's own by default. */
  readonly registry?: readonly Indicator[] | undefined;
  readonly label: LabelKind;
  readonly kSigma?: number | undefined;
  readonly fixedBp?: number | undefined;
  /** New York hours whose rows are kept; ignored, with a warning, for daily and weekly bars. */
  readonly allowedHours?: readonly number[] | undefined;
  /** First and last session date (day numbers), both included. Nothing after `endDay` is looked at, so later data never changes a matrix. */
  readonly startDay?: number | undefined;
  readonly endDay?: number | undefined;
  readonly leakCheck?: { readonly cuts?: number | 'all'; readonly seed?: number } | undefined;
}
