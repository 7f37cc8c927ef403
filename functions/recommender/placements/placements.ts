/** The placements of a project, stored by version. */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";
import {
  FIRST_PLACEMENTS,
  type NamedPlacement,
  type Placement,
} from "../model/placements/placement.ts";

/** The last version under a name; its rules are null if it was deleted. */
export interface SavedPlacement {
  name: string;
  version: number;
  rules: Placement | null;
}

/** Maximum number of placements of a project, and of versions kept of each. */
export const MOST_PLACEMENTS = 100;
const MOST_VERSIONS = 100;

/** Returns the placements by name: the saved ones, and the first ones that were not replaced. */
export function currentPlacements(saved: readonly SavedPlacement[]): NamedPlacement[] {
  const names = new Set(saved.map(({ name }) => name));
  const kept = saved.filter((one): one is NamedPlacement => one.rules !== null);
  const first = FIRST_PLACEMENTS.filter(({ name }) => !names.has(name));
  return [...kept, ...first].sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Returns the placements of one of the owner's projects; those of every project if there is none. */
export async function listPlacements(
  sql: Sql,
  ownerId: string,
  projectId: number,
): Promise<NamedPlacement[]> {
  const saved = await sql<SavedPlacement[]>`
    select name, version, rules from recommender.placements_of(${ownerId}, ${projectId})`;
  return currentPlacements(saved);
}

/**
 * Saves a placement under a name, or deletes it if the rules are null, as a new version; returns that
 * version. Of one name the last 100 versions are kept. Null if the owner has no such project.
 */
export async function savePlacement(
  sql: Sql,
  ownerId: string,
  { projectId, name, rules }: { projectId: number; name: string; rules: Placement | null },
): Promise<number | null> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    // Two saves at once would take the same number. The first number is the migration's.
    await sql`select pg_advisory_xact_lock(62, ${projectId})`;
    const [saved] = await sql<{ version: number }[]>`
      insert into recommender.placements (project_id, name, version, rules)
      select p.id, ${name}, 1 + coalesce((
        select max(l.version) from recommender.placements l
        where l.project_id = p.id and l.name = ${name}
      ), 0), ${rules && JSON.stringify(rules)}::text::jsonb
      from recommender.recommender_projects p
      where p.owner_id = ${ownerId} and p.id = ${projectId}
      returning version`;
    if (!saved) return null;
    await sql`
      delete from recommender.placements
      where project_id = ${projectId} and name = ${name}
        and version <= ${saved.version - MOST_VERSIONS}`;
    return saved.version;
  });
}
