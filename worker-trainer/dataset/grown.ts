type Numbers = Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** Returns the numbers followed by as many zeros. */
export function grown<Kind extends Numbers>(numbers: Kind): Kind {
  const more = new (numbers.constructor as new (length: number) => Kind)(2 * numbers.length);
  more.set(numbers);
  return more;
}
