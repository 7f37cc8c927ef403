/** Facts that the answer of a placement needs in addition to the model, as of now. */
import type { Sql } from "postgres";
import type { LiveHistories, Visitor } from "../live/live_histories.ts";
import { trendingItems } from "../live/trending.ts";
import type { PlacementFacts } from "../model/placements/logics.ts";
import type { NamedPlacement, Placement, Rotation } from "../model/placements/placement.ts";
import type { ServedModel } from "../registry/cache/model_cache.ts";

/** Number of trending items read: some are hidden, seen or not in the catalogue. */
const MOST_TRENDING = 2_000;

/** Returns the facts; those that the placement does not need are not read. */
export async function factsOf(
  { sql, live }: { sql: Sql; live: LiveHistories },
  champion: ServedModel,
  { project, placement: { rules }, visitor }: {
    project: { ownerId: string; projectId: number };
    placement: NamedPlacement;
    /** Absent if the request names none, or brings a history. */
    visitor: Visitor | undefined;
  },
): Promise<PlacementFacts> {
  const { ownerId, projectId } = project;
  const [rows, shown, trending] = await Promise.all([
    visitor && needsRows(rules) ? live.rowsOf(champion, project, visitor) : undefined,
    visitor && rules.rotation
      ? shownTo(sql, ownerId, { projectId, visitor, rotation: rules.rotation })
      : undefined,
    rules.logic === "trending" || rules.fallback === "trending"
      ? trendingItems(sql, ownerId, { projectId, most: MOST_TRENDING })
      : undefined,
  ]);
  return {
    now: Date.now(),
    ...(rows && { rows }),
    ...(shown && { shown }),
    ...(trending && { trending }),
  };
}

/** Returns the ids of the items that were shown to a visitor in the hours of a rotation. */
async function shownTo(
  sql: Sql,
  ownerId: string,
  { projectId, visitor: { person, anonymous }, rotation }: {
    projectId: number;
    visitor: Visitor;
    rotation: Rotation;
  },
): Promise<string[]> {
  const since = new Date(Date.now() - rotation.hours * 3_600_000);
  const rows = await sql<{ item_id: string }[]>`
    select item_id from recommender.shown_to(
      ${ownerId}, ${projectId}, ${person}, ${anonymous}, ${since}
    )`;
  return rows.map(({ item_id }) => item_id);
}

/** Whether rules need the times and types of a visitor's interactions. */
function needsRows({ logic, seen }: Placement): boolean {
  return logic === "recently_viewed" || logic === "buy_again" ||
    Array.isArray(seen?.exclude) || seen?.days !== undefined;
}
