/** Which items of the catalogue were shown and clicked. */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";
import type { Model } from "../model/model.ts";
import { indexOfString, stringAt } from "../model/string_table.ts";
import type { Period } from "./results.ts";

/** An item with the number of its impressions and clicks in lists of recommendations. */
export interface ShownItem {
  item_id: string;
  shown: number;
  clicked: number;
}

/** Coverage of the catalogue by impressions. */
export interface ShownItems {
  catalogue: number;
  never_shown: number;
  most_shown: (ShownItem & { item_title: string })[];
  /** Share of impressions of items outside the most popular fifth; null without impressions. */
  long_tail: number | null;
}

/** Number of most shown items that are listed. */
const LISTED = 10;

/** Returns the items of one of the owner's projects that were shown or clicked, most shown first. */
export async function findShownItems(
  sql: Sql,
  ownerId: string,
  { projectId, from, to }: Period & { projectId: number },
): Promise<ShownItem[]> {
  return await ownedBy(sql, ownerId)<ShownItem[]>`
    select d.item_id, sum(d.shown)::float8 as shown, sum(d.clicked)::float8 as clicked
    from recommender.item_days d
      join recommender.recommender_projects p on p.id = d.project_id
    where p.owner_id = ${ownerId} and p.id = ${projectId}
      and d.day between ${from}::date and ${to}::date
    group by d.item_id
    order by shown desc, clicked desc, d.item_id`;
}

/** Compares the shown items with the catalogue of a model; items that it lacks are left out. */
export function shownItems({ items }: Pick<Model, "items">, found: ShownItem[]): ShownItems {
  const { ids, titles, popularOrder } = items;
  const isPopular = new Uint8Array(popularOrder.length);
  for (const item of popularOrder.subarray(0, Math.ceil(popularOrder.length / 5))) {
    isPopular[item] = 1;
  }
  const counts = { shown: 0, impressions: 0, tail: 0 };
  const most: ShownItems["most_shown"] = [];
  for (const item of found) {
    const index = indexOfString(ids, item.item_id);
    if (index < 0 || item.shown === 0) continue;
    counts.shown++;
    counts.impressions += item.shown;
    if (!isPopular[index]) counts.tail += item.shown;
    if (most.length < LISTED) most.push({ ...item, item_title: stringAt(titles, index) });
  }
  return {
    catalogue: popularOrder.length,
    never_shown: popularOrder.length - counts.shown,
    most_shown: most,
    long_tail: counts.impressions > 0 ? counts.tail / counts.impressions : null,
  };
}
