import { createHash } from "node:crypto";
import type { Dataset } from "./dataset.ts";

/** Returns SHA-256 in hex over the data. Each part is preceded by its length as a delimiter. */
export function fingerprint(data: Pick<Dataset, "items" | "users" | "interactions">): string {
  const hash = createHash("sha256");
  const texts = (list: string[]) => {
    hash.update(`${list.length};`);
    for (let i = 0; i < list.length; i += 10000) {
      hash.update(list.slice(i, i + 10000).map((text) => `${text.length}:${text}`).join(""));
    }
  };
  const { items, users, interactions } = data;
  texts(items.ids);
  texts(items.titles);
  hash.update(`${items.described};${items.features.length};`);
  for (const { name } of items.features) texts([name]);
  // The features are among the columns, if there are columns: hash them once.
  for (const { name, values } of items.columns ?? items.features) texts([name, ...values]);
  texts(users);
  const { offsets, ratings, times, weights } = interactions;
  for (const part of [offsets, interactions.items, ratings, times, weights]) {
    hash.update(`${part?.byteLength ?? -1};`);
    if (part) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return hash.digest("hex");
}
