/** The words a request may choose from, where the engine keeps the list. */
export { SELECT_BY } from '#engine/backtest/config.js';
export { CALIBRATIONS } from '#engine/calibration/calibrate.js';
export { CV_SCHEMES } from '#engine/splits/index.js';
