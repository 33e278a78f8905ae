/** How busy a market is through its day: busy at both bells, quiet at noon. */

/**
 * Intensity relative to the day's mean at a share x of the session: (1 + a (2x - 1)^2) / (1 + a / 3), whose mean over the day
 * is 1. a = 0 is flat; a = 3 is twice the mean at the bells and half of it at noon.
 */
export function intensityAt(share: number, curvature: number): number {
  const fromNoon = 2 * share - 1;
  return (1 + curvature * fromNoon * fromNoon) / (1 + curvature / 3);
}

/** Share of a day's events between two shares of the session: the integral of `intensityAt`. */
export function expectedShare(from: number, to: number, curvature: number): number {
  const until = (x: number) => (x + (curvature * ((2 * x - 1) ** 3 + 1)) / 6) / (1 + curvature / 3);
  return until(to) - until(from);
}
