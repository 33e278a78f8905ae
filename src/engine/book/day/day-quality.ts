/** What is said of a day's quality. */

/** What is counted of a day. */
export interface DayFigures {
  readonly records: number;
  readonly judged: number;
  readonly seqGaps: number;
  readonly bboCrossed: number;
  readonly bboLocked: number;
  /** Dollars, over judged two-sided rows that are not crossed; null without any. */
  readonly spreadMean: number | null;
  readonly spreadMedian: number | null;
  /** Action character to count, only those that occur. */
  readonly actions: Readonly<Record<string, number>>;
  readonly trades: number;
  readonly midSpread: number;
  readonly icebergRefills: number;
  /** Means over the day's one-minute values, all sessions; 0 without a bar. */
  readonly avgRMean: number;
  readonly rStdMean: number;
  readonly hiddenTradeVolumeMean: number;
  readonly groupsA: number;
  readonly groupsB: number;
  readonly properGroupsA: number;
  readonly outOfOrder: number;
  readonly bookErrors: number;
  /** Regular hours without a row for longer than allowed: New York minutes [from, to]. */
  readonly quiet: readonly QuietSpell[];
}

export interface QuietSpell {
  readonly fromMinute: number;
  readonly toMinute: number;
}

export type AlertLevel = 'error' | 'warning' | 'info';

export interface DayAlert {
  readonly level: AlertLevel;
  readonly message: string;
}

export interface DayQuality extends DayFigures {
  /** Most severe first. */
  readonly alerts: readonly DayAlert[];
}
