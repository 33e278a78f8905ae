/** The least-squares line through a series. */

export interface Line {
  /** Height one step before the first observation. */
  readonly level: number;
  /** Change a step. */
  readonly slope: number;
}

/** Through (1, y_1), (2, y_2), ...; a single observation gives a flat line. */
export function fitLine(values: Float64Array): Line {
  const rows = values.length;
  const middle = (rows + 1) / 2;
  // Taken from the first value, so that a large level costs no digits.
  let sum = 0;
  for (let t = 0; t < rows; t++) sum += values[t] - values[0];
  const mean = values[0] + sum / rows;
  let covariance = 0;
  for (let t = 0; t < rows; t++) covariance += (t + 1 - middle) * (values[t] - mean);
  const slope = rows < 2 ? 0 : covariance / ((rows * (rows * rows - 1)) / 12);
  return { level: mean - slope * middle, slope };
}
