/**
 * What each answer asks about its project, remembered for a moment: the project itself, which items
 * are hidden, who was erased. A busy project is looked up once in two seconds, not for each answer.
 */
import type { Sql } from "postgres";
import { listErasedUsers } from "./erased_users.ts";
import { listHiddenItems } from "./hidden_items.ts";
import { findProject, type Project } from "./projects.ts";

/** A project, and what of its model may not be said. */
export interface ServedProject {
  project: Project;
  hidden: string[];
  erased: Set<string>;
}

export interface ServedProjects {
  /** One of the owner's projects, or null. */
  of(ownerId: string, projectId: number): Promise<ServedProject | null>;
  /** Drops what is remembered of a project that was changed here. */
  forget(ownerId: string, projectId: number): void;
}

/** How old it may be: what other processes change is heard of within this. */
const FRESH_MS = 2_000;
/** So many projects are remembered. */
const ROOM = 1_000;

/** Remembers projects that were trained; the state of others is asked for each time. */
export function rememberServedProjects(
  sql: Sql,
  now: () => number = Date.now,
): ServedProjects {
  const known = new Map<string, { found: Promise<ServedProject | null>; until: number }>();
  const keyOf = (ownerId: string, projectId: number) => `${ownerId} ${projectId}`;

  async function find(ownerId: string, projectId: number): Promise<ServedProject | null> {
    const [project, hidden, erased] = await Promise.all([
      findProject(sql, ownerId, projectId),
      listHiddenItems(sql, ownerId, projectId),
      listErasedUsers(sql, ownerId, projectId),
    ]);
    return project && { project, hidden, erased };
  }

  return {
    of(ownerId, projectId) {
      const key = keyOf(ownerId, projectId);
      const remembered = known.get(key);
      if (remembered && now() < remembered.until) return remembered.found;
      const found = find(ownerId, projectId);
      const entry = { found, until: now() + FRESH_MS };
      const drop = () => void (known.get(key) === entry && known.delete(key));
      found.then((served) => served?.project.trained_at ?? drop(), drop);
      known.delete(key);
      known.set(key, entry);
      if (known.size > ROOM) known.delete(known.keys().next().value!);
      return found;
    },
    forget: (ownerId, projectId) => void known.delete(keyOf(ownerId, projectId)),
  };
}
