/** Which names of datasets, symbols and dates are names at all: asked at the rim, before anything is looked for. */
export { isDataset, isDate, isSymbol } from '#data/zones/zone-path.js';
