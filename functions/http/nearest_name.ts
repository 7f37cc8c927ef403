/** Suggests the name that was probably meant by an unknown one. */

/** Names that other recommendation APIs use, and ours for the same. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  count: ["limit"],
  k: ["limit"],
  n: ["limit"],
  num: ["limit"],
  perpage: ["limit"],
  pagesize: ["limit"],
  size: ["limit"],
  topk: ["limit"],
  topn: ["limit"],
  page: ["cursor"],
  offset: ["cursor"],
  customer: ["user_id"],
  customerid: ["user_id"],
  uid: ["user_id"],
  user: ["user_id"],
  visitor: ["anonymous_id", "user_id"],
  visitorid: ["anonymous_id", "user_id"],
  item: ["item_id"],
  product: ["item_id"],
  productid: ["item_id"],
  sku: ["item_id"],
  title: ["item_title"],
  conditions: ["filter"],
  where: ["filter"],
  blacklist: ["exclude"],
  search: ["q"],
  query: ["q"],
};

/** Longest unknown name that is compared. */
const LONGEST = 64;

/**
 * Returns the known name nearest to an unknown one: equal but for case and separators, a synonym,
 * or the least edit distance up to a third of its length; undefined if none is near.
 */
export function nearestName(unknown: string, known: Iterable<string>): string | undefined {
  if (unknown.length > LONGEST) return undefined;
  const names = [...known];
  const plain = plainName(unknown);
  const same = names.find((name) => plainName(name) === plain);
  if (same !== undefined) return same;
  const synonym = (Object.hasOwn(SYNONYMS, plain) ? SYNONYMS[plain] : [])
    .find((name) => names.includes(name));
  if (synonym !== undefined) return synonym;
  let nearest: string | undefined;
  let least = Math.floor(Math.max(plain.length, 3) / 3) + 1;
  for (const name of names) {
    const distance = editDistance(plain, plainName(name));
    if (distance < least && distance < name.length) [nearest, least] = [name, distance];
  }
  return nearest;
}

/** Returns a name in lower case without separators: `userId` and `user_id` are equal. */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Returns the edit distance with swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let [older, old] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = old[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(changed, old[j] + 1, row[j - 1] + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) row[j] = Math.min(row[j], older[j - 2] + 1);
    }
    [older, old] = [old, row];
  }
  return old[b.length];
}
