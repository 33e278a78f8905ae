/** The clients, one a surface: made by `npm run generate`. */
export type * as Forecastlab from './forecastlab.js';
export { type ForecastlabClient, forecastlabClient } from './forecastlab.js';
export type * as Gateway from './gateway.js';
export { type GatewayClient, gatewayClient } from './gateway.js';
export type * as Sigma from './sigma.js';
export { type SigmaClient, sigmaClient } from './sigma.js';
export type * as Stage1 from './stage1.js';
export { type Stage1Client, stage1Client } from './stage1.js';
export type * as Umiki from './umiki.js';
export { type UmikiClient, umikiClient } from './umiki.js';
