/**
 * What each answer asks about its project, remembered for a moment: the project itself, which items
 * are hidden, who was erased. A busy project is looked up once in two seconds, not for each answer.
 */
import type { Sql } from "postgres";
import { Memory } from "../http/memory.ts";
import { type Project, projectColumns } from "./projects.ts";

/** A project, and what of its model may not be said. */
export interface ServedProject {
  project: Project;
  /** In the order of their ids. */
  hidden: string[];
  erased: Set<string>;
}

export interface ServedProjects {
  /** One of the owner's projects, or null. */
  of(ownerId: string, projectId: number): Promise<ServedProject | null>;
  /** Drops what is remembered of a project that was changed here. */
  forget(ownerId: string, projectId: number): void;
}

/**
 * Projects that were trained, as they were within the last two seconds: what other processes change
 * is heard of within this. The state of others is asked for each time.
 */
export function projectMemory(now?: () => number): Memory<ServedProject | null> {
  return new Memory({
    ms: 2_000,
    room: 1_000,
    holds: (served) => Boolean(served?.project.trained_at),
    now,
  });
}

/** Looks projects up where `known` does not remember them. */
export function rememberServedProjects(sql: Sql, known = projectMemory()): ServedProjects {
  const keyOf = (ownerId: string, projectId: number) => `${ownerId} ${projectId}`;
  return {
    of: (ownerId, projectId) =>
      known.of(keyOf(ownerId, projectId), { by: sql, find: () => find(sql, ownerId, projectId) }),
    forget: (ownerId, projectId) => known.forget(keyOf(ownerId, projectId)),
  };
}

async function find(sql: Sql, ownerId: string, projectId: number): Promise<ServedProject | null> {
  const [found] = await sql<(Project & { hidden: string[]; erased: string[] })[]>`
    select ${projectColumns(sql)}, (
      select coalesce(jsonb_agg(item_id order by item_id), '[]')
      from recommender.hidden_items_of(${ownerId}, ${projectId})
    ) as hidden, (
      select coalesce(jsonb_agg(user_id), '[]')
      from recommender.erased_users_of(${ownerId}, ${projectId})
    ) as erased
    from recommender.project_of(${ownerId}, ${projectId})`;
  if (!found) return null;
  const { hidden, erased, ...project } = found;
  return { project, hidden, erased: new Set(erased) };
}
