/**
 * Sweeps: what a configuration holds, and what that earns at several rates of costs.
 *
 * The memory holds a sheet (`../sweep-layout.ts`): a track, a wish, the stance they make, and the figures of each rate.
 */
export { earn } from './sweep/earn';
export { hold } from './sweep/hold';
