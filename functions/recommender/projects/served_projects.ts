/**
 * Short-lived cache of what every response needs about its project: the project, its hidden items,
 * its erased users and its placements. A busy project is queried once every two seconds, not per response.
 */
import type { Sql } from "postgres";
import { Memory } from "../../http/load/memory.ts";
import type { NamedPlacement } from "../model/placements/placement.ts";
import { currentPlacements, type SavedPlacement } from "../placements/placements.ts";
import { type Project, projectColumns } from "./project.ts";

/** A project with its placements, and the items and users that responses must exclude. */
export interface ServedProject {
  project: Project;
  /** Ordered by id. */
  hidden: string[];
  erased: Set<string>;
  placements: NamedPlacement[];
}

export interface ServedProjects {
  /** Returns one of the owner's projects, or null. */
  of(ownerId: string, projectId: number): Promise<ServedProject | null>;
  /** Invalidates a project that this process has changed. */
  forget(ownerId: string, projectId: number): void;
}

/**
 * Cache of trained projects for two seconds, the maximum delay of changes by other processes.
 * Untrained projects are not cached.
 */
export function projectMemory(now?: () => number): Memory<ServedProject | null> {
  return new Memory({
    ms: 2_000,
    room: 1_000,
    holds: (served) => Boolean(served?.project.trained_at),
    now,
  });
}

/** Returns projects from the cache `known`, or else from the database. */
export function rememberServedProjects(sql: Sql, known = projectMemory()): ServedProjects {
  const keyOf = (ownerId: string, projectId: number) => `${ownerId} ${projectId}`;
  return {
    of: (ownerId, projectId) =>
      known.of(keyOf(ownerId, projectId), { by: sql, find: () => find(sql, ownerId, projectId) }),
    forget: (ownerId, projectId) => known.forget(keyOf(ownerId, projectId)),
  };
}

async function find(sql: Sql, ownerId: string, projectId: number): Promise<ServedProject | null> {
  const [found] = await sql<
    (Project & { hidden: string[]; erased: string[]; placements: SavedPlacement[] })[]
  >`
    select ${projectColumns(sql)}, (
      select coalesce(jsonb_agg(item_id order by item_id), '[]')
      from recommender.hidden_items_of(${ownerId}, ${projectId})
    ) as hidden, (
      select coalesce(jsonb_agg(user_id), '[]')
      from recommender.erased_users_of(${ownerId}, ${projectId})
    ) as erased, (
      select coalesce(jsonb_agg(to_jsonb(l) order by l.name), '[]')
      from recommender.placements_of(${ownerId}, ${projectId}) l
    ) as placements
    from recommender.project_of(${ownerId}, ${projectId})`;
  if (!found) return null;
  const { hidden, erased, placements, ...project } = found;
  return { project, hidden, erased: new Set(erased), placements: currentPlacements(placements) };
}
