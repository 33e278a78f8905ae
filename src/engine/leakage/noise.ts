/** Numbers that look random but are a function of where they stand: the same place gives the same number, whatever was asked before. */

/** Mixes 32 bits (the finaliser of MurmurHash3, Appleby 2011). */
function mix(bits: number): number {
  let h = bits | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform in [0, 1) for a seed, a row and a lane. */
export const noiseAt = (seed: number, row: number, lane: number): number =>
  mix(Math.imul(mix(Math.imul(mix(seed + 0x9e3779b9), 31) + row), 31) + lane) / 4_294_967_296;
