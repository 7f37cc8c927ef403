/** Facts that the answer of a placement needs in addition to the model, as of now. */
import type { Sql } from "postgres";
import type { LiveHistories, Visitor } from "../live/live_histories.ts";
import { trendingItems } from "../live/trending.ts";
import type { PlacementFacts } from "../model/placements/logics.ts";
import type { NamedPlacement, Placement } from "../model/placements/placement.ts";
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
  const [rows, trending] = await Promise.all([
    visitor && needsRows(rules) ? live.rowsOf(champion, project, visitor) : undefined,
    rules.logic === "trending" || rules.fallback === "trending"
      ? trendingItems(sql, ownerId, { projectId, most: MOST_TRENDING })
      : undefined,
  ]);
  return { now: Date.now(), ...(rows && { rows }), ...(trending && { trending }) };
}

/** Whether rules need the times and types of a visitor's interactions. */
function needsRows({ logic, seen, rotation }: Placement): boolean {
  return logic === "recently_viewed" || logic === "buy_again" || rotation !== undefined ||
    Array.isArray(seen?.exclude) || seen?.days !== undefined;
}
