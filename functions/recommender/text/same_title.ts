import { streamSafe } from "./marks.ts";

/**
 * Returns the comparison key of a title: Unicode compatibility form (NFKC), lower case, white space
 * collapsed. It is the only rule for joining files by title and for looking titles up; ids are
 * compared exactly.
 */
export function titleKey(title: string): string {
  if (PLAIN.test(title)) return title;
  return streamSafe(title).normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}

/** Titles that equal their key, as most keys do. */
const PLAIN = /^[a-z0-9]+(?: [a-z0-9]+)*$/;
