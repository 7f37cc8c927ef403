/**
 * Returns what titles that are the same have in common: Unicode's compatibility form (NFKC), lower
 * case, one blank for a run of white space. The one rule by which files are joined and titles looked
 * up; ids are compared exactly.
 */
export function titleKey(title: string): string {
  if (PLAIN.test(title)) return title;
  return title.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}

/** Titles that are their own key, as most are once they are keys. */
const PLAIN = /^[a-z0-9]+(?: [a-z0-9]+)*$/;
