/**
 * Combining marks in texts that are normalized. Normalization sorts each run of marks in quadratic
 * time: 100,000 marks on one letter take half a minute.
 */

/** Returns the compatibility decomposition (NFKD) without marks: "Amélie" becomes "Amelie". */
export function withoutMarks(text: string): string {
  // Each character decomposes on its own, so removing the marks before changes nothing.
  return text.replace(MARKS, "").normalize("NFKD").replace(MARKS, "");
}

/**
 * Returns the text in the Stream-Safe Text Format (UAX #15, section 13): a joiner after each 30
 * marks of a run, across which nothing is sorted. No word of any language has so many.
 */
export function streamSafe(text: string): string {
  return text.replace(LONG_RUN, "$&\u034f");
}

const MARKS = /\p{M}+/gu;
const LONG_RUN = /\p{M}{30}(?=\p{M})/gu;
