/** The clients, one a surface: made by `npm run generate`. */
export type * as Stage1 from './stage1.js';
export { type Stage1Client, stage1Client } from './stage1.js';
