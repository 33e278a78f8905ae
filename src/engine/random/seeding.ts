/** How a seed or a label becomes a state: splitmix64 and FNV-1a on 64 bits. Used once per generator, so BigInt is no cost. */

/** Splitmix64 (Steele, Lea & Flood 2014): spreads neighbouring seeds far apart. */
export function splitmix64(seed: bigint): () => bigint {
  let state = BigInt.asUintN(64, seed);
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
}

/** FNV-1a over the label's UTF-16 code units. */
export function hashLabel(label: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < label.length; i++)
    hash = BigInt.asUintN(64, (hash ^ BigInt(label.charCodeAt(i))) * 0x100000001b3n);
  return hash;
}
