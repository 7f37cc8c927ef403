/**
 * Seeded generators of pseudo-random numbers in [0, 1): the same seed has the same numbers on any
 * machine.
 */

/**
 * Returns a generator for any purpose: sfc32 (Chris Doty-Humphrey, PractRand), with its state
 * initialised from the seed by splitmix32.
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  const spread = () => {
    state = (state + 0x9e3779b9) | 0;
    let t = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return t ^ (t >>> 15);
  };
  let [a, b, c, counter] = [spread(), spread(), spread(), 1];
  const next = () => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/**
 * Returns a generator with 32 bits of state: mulberry32 (Tommy Ettinger). For the sample data and
 * the golden requests, whose sequences are frozen.
 */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
