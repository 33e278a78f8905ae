/** Failures of forecasting. */

import { AppError } from '../app-error.js';

export const forecastingErrors = {
  forecasterUnknown: (name: string, known: readonly string[]) =>
    new AppError('invalid', 'forecaster_unknown', `No forecaster is called ${name}; known are ${known.join(', ')}.`, {
      name,
      known: [...known],
    }),
  seriesUnusable: (position: number, reason: string) =>
    new AppError('invalid', 'series_unusable', `Cannot forecast this series: at position ${position}, ${reason}.`, {
      position,
      reason,
    }),
  forecastDiverged: (forecaster: string, step: number) =>
    new AppError(
      'invalid',
      'forecast_diverged',
      `The forecast of ${forecaster} leaves the range of numbers at step ${step}. Ask for a shorter horizon or another forecaster.`,
      { forecaster, step },
    ),
};
