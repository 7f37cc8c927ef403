/** The last events of a project, accepted and rejected, for its owner. */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";
import type { AttributionFault } from "../results/attribution.ts";
import type { RejectedRow } from "./read_events.ts";

/** An accepted event. */
export interface RecentEvent {
  person: string;
  anonymous: boolean;
  type: string;
  item_id: string;
  value: number | null;
  at: Date;
  received_at: Date;
  /** Whether the item was in the catalogue; null if undetermined. */
  known: boolean | null;
  placement: string | null;
  position: number | null;
  version: string | null;
  list_fault: AttributionFault | null;
}

/** A rejected row. */
export interface RejectedEvent {
  received_at: Date;
  type: string | null;
  item_id: string | null;
  code: string;
  detail: string;
}

/** Number of events shown of each kind, and of rejected ones kept, as in the migration. */
const MOST = 100;
/** Maximum number of events of one person that are shown; searched among the last `LAST` of all. */
const MOST_OF_PERSON = 20;
const LAST = 5_000;
/**
 * Maximum number of rejected rows kept of a page's call: one visitor must not displace the others.
 */
const MOST_OF_PAGE = 10;

/**
 * Returns the recent events and the rejected ones of a project, newest first, or null if the owner
 * has no such project. At most 20 events are of one person, so that one visitor does not hide the
 * others.
 */
export async function recentEvents(
  sql: Sql,
  ownerId: string,
  projectId: number,
): Promise<{ events: RecentEvent[]; rejected: RejectedEvent[] } | null> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    const [project] = await sql`
      select from recommender.recommender_projects
      where owner_id = ${ownerId} and id = ${projectId}`;
    if (!project) return null;
    const events = await sql<RecentEvent[]>`
      select person, anonymous, type, item_id, value, at, received_at, known, placement, position,
        version, list_fault
      from (
        select *, row_number() over (partition by person, anonymous order by seq desc) as place
        from (
          select * from recommender.live_events where project_id = ${projectId}
          order by seq desc limit ${LAST}
        ) last
      ) numbered
      where place <= ${MOST_OF_PERSON}
      order by seq desc limit ${MOST}`;
    const rejected = await sql<RejectedEvent[]>`
      select received_at, type, item_id, code, detail
      from recommender.rejected_events where project_id = ${projectId}
      order by id desc limit ${MOST}`;
    return { events: [...events], rejected: [...rejected] };
  });
}

/** Keeps rejected rows of a call for `recentEvents`, up to the last 100, or 10 of a page's. */
export async function noteRejected(
  sql: Sql,
  ownerId: string,
  { projectId, rejected, fromPage }: {
    projectId: number;
    rejected: RejectedRow[];
    fromPage: boolean;
  },
): Promise<void> {
  const rows = rejected.slice(fromPage ? -MOST_OF_PAGE : -MOST).map((
    { type, itemId, code, detail },
  ) => ({
    ...{ type, item_id: itemId },
    ...{ code, detail },
  }));
  await sql`
    select recommender.note_rejected(
      ${ownerId}, ${projectId}, ${JSON.stringify(rows)}::text::jsonb
    )`;
}
