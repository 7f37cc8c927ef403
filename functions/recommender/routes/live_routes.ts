/** Live events: appended for the next answer, merged when a visitor signs in, and the last ones. */
import { createRoute, z } from "@hono/zod-openapi";
import { joined } from "../../http/database/joined.ts";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes, invalidInput } from "../../http/service/service.ts";
import { NoQuery } from "../../http/service/unknown_fields.ts";
import type { RecommenderDeps } from "../deps.ts";
import { MOST_TYPES, rememberAcceptedTypes } from "../live/accepted_types.ts";
import { EVENT_TYPES } from "../model/history/event_types.ts";
import { type AppendCall, type Appended, appendEvents } from "../live/live_events.ts";
import type { LiveCatalogue } from "../live/live_catalogue.ts";
import type { LiveHistories } from "../live/live_histories.ts";
import { mergeVisitor } from "../live/merged_visitors.ts";
import { MOST_ID_BYTES, type ReadEvents, readEvents, sentTime } from "../live/read_events.ts";
import { noteRejected, recentEvents } from "../live/recent_events.ts";
import { ROW_FAULTS, RowFault } from "../live/row_fault.ts";
import { isBlank } from "../files/values/blank_words.ts";
import type { Project } from "../projects/project.ts";
import { cachedQuotaCheck } from "../projects/quotas.ts";
import type { ServedProjects } from "../projects/served_projects.ts";
import { attribution, ATTRIBUTION_FAULTS } from "../results/attribution.ts";
import { ANONYMOUS, itemOf } from "../model/request.ts";
import { pageEventId } from "../live/page_event_id.ts";
import type { Access } from "./access.ts";
import { projectIdOf, unknownProject } from "./parameters.ts";
import { ById, json, jsonBody, Time } from "./schemas.ts";
import { visibleId } from "../text/visible.ts";

/** Maximum number of rows of a call. */
const MOST_ROWS = 5_000;

const utf8 = new TextEncoder();

/** An id of a person: stored as text, in an index. */
const PersonId = z.union([z.string(), z.number()], "must be a string or a number")
  .transform((id) => visibleId(String(id)))
  .refine((id) => !isBlank(id), "must not be empty or a word for a missing value")
  .refine(
    (id) => utf8.encode(id).length <= MOST_ID_BYTES,
    `must have at most ${MOST_ID_BYTES} bytes`,
  )
  // It marks anonymous visitors among user ids.
  .refine(
    (id) => id.isWellFormed() && !id.includes("\0") && !id.includes(ANONYMOUS),
    "has characters that an id cannot have",
  )
  .openapi({ type: ["string", "number"] });

const EventSchema = z.strictObject({
  id: z.string().optional().describe(
    "Chosen by the sender, best a UUIDv7: a repeat within 7 days is a duplicate.",
  ),
  type: z.string().describe(
    `One of ${EVENT_TYPES.join(", ")}, a name of Segment or GA4 for the same, or up to ` +
      `${MOST_TYPES.server} others, and ${MOST_TYPES.page} more from pages.`,
  ),
  item_id: z.union([z.string(), z.number()]).optional(),
  products: z.array(z.looseObject({})).optional().describe(
    "Instead of item_id: the products of an order as Segment names them; items as in GA4.",
  ),
  at: z.union([z.string(), z.number()]).optional().describe(
    "ISO 8601, or seconds or milliseconds since 1970; by default the time of the call.",
  ),
  value: z.number().optional().describe("Revenue, or the rating of an event of type rating."),
  recommendation_id: z.string().optional().describe(
    "Of the list that it followed: results are attributed to it. If it is not valid, or the item is " +
      "not in its list, the event counts, but for no list.",
  ),
  position: z.int().optional().describe("Of the item in the list, from 0."),
  placement: z.string().optional().describe("Place where the list was shown."),
});

const EventsSchema = z.strictObject({
  user_id: PersonId.nullish(),
  anonymous_id: PersonId.nullish().describe(
    "A visitor who is not signed in. With a user_id, its events so far become the user's.",
  ),
  sent_at: z.union([z.string(), z.number()]).nullish().describe(
    "Time of the call by the sender's clock: each at is moved by the difference.",
  ),
  source: z.enum(["page", "server"]).default("server").describe(
    "Times of events from a page are limited to the last 7 days.",
  ),
  events: z.array(z.unknown()).min(1).max(MOST_ROWS).openapi({
    items: described(EventSchema),
  }),
}).refine(({ user_id, anonymous_id }) => (user_id ?? anonymous_id) != null, {
  message: "must be given, or anonymous_id",
  path: ["user_id"],
}).openapi("LiveEvents");

function described(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: "input" });
  return described;
}

const ReceivedSchema = z.object({
  accepted: z.int().describe("Number of rows that count from the next answer on."),
  duplicates: z.int().describe("Number of rows whose id was known."),
  rejected: z.array(z.object({
    index: z.int().describe("Place in events, from 0."),
    code: z.enum(ROW_FAULTS),
    detail: z.string(),
  })),
  warnings: z.array(z.string()).optional(),
}).openapi("LiveEventsReceived");

const appendRoute = createRoute({
  method: "post",
  operationId: "sendEvents",
  path: "/project/{id}/events",
  summary: "Receives live events of a person, which count in the next answer.",
  description: "Each row is checked by itself: a malformed one is rejected with its index and " +
    "reason, and the others are stored. An event of an item that is not in the catalogue is " +
    "stored, since the item may come with the next file. Costs one unit for 20 events.",
  request: { params: ById, query: NoQuery, body: jsonBody(EventsSchema) },
  responses: {
    202: json("Stored, apart from the rejected rows.", ReceivedSchema),
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "forbidden",
      "not_found",
      "too_large",
      "unsupported_media_type",
      "invalid_input",
      "too_many_requests",
      "unavailable",
    ),
  },
});

const mergeRoute = createRoute({
  method: "post",
  operationId: "mergeVisitor",
  path: "/project/{id}/users/merge",
  summary: "Merges an anonymous visitor into a user: the visitor's events so far are the user's.",
  description: "For example when a visitor signs in. The anonymous id alone then stands for what " +
    "comes under it later. A repeat is harmless.",
  request: {
    params: ById,
    query: NoQuery,
    body: jsonBody(
      z.strictObject({
        from: PersonId.describe("The anonymous_id."),
        into: PersonId.describe("The user_id."),
      }).openapi("VisitorMerge"),
    ),
  },
  responses: {
    200: json("Merged.", z.object({ from: z.string(), into: z.string() })),
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "forbidden",
      "not_found",
      "unsupported_media_type",
      "invalid_input",
      "unavailable",
    ),
  },
});

const RecentSchema = z.object({
  events: z.array(z.object({
    user_id: z.string().optional(),
    anonymous_id: z.string().optional(),
    type: z.string(),
    item_id: z.string(),
    value: z.number().nullable(),
    at: Time,
    received_at: Time,
    known: z.boolean().nullable().describe(
      "Whether the item was in the catalogue; null if no model was loaded.",
    ),
    placement: z.string().nullable(),
    position: z.int().nullable(),
    version: z.string().nullable().describe("The model's version that made the list."),
    list_fault: z.enum(ATTRIBUTION_FAULTS).nullable().describe(
      "Reason why the event's recommendation_id was not accepted.",
    ),
  })),
  rejected: z.array(z.object({
    received_at: Time,
    type: z.string().nullable(),
    item_id: z.string().nullable(),
    code: z.string(),
    detail: z.string(),
  })),
}).openapi("RecentEvents");

const recentRoute = createRoute({
  method: "get",
  operationId: "listRecentEvents",
  path: "/project/{id}/events/recent",
  summary: "Returns the last 100 live events and the last 100 rejected rows, newest first.",
  description: "At most 20 events of one person, and 10 rejected rows of one call from a page.",
  request: { params: ById, query: NoQuery },
  responses: {
    200: json("The last events.", RecentSchema),
    ...problemResponses("unauthenticated", "not_found"),
  },
});

/**
 * Maximum number of calls that share a statement, and of events of such a call: together no more
 * events than one call may have.
 */
const MOST_TOGETHER = 50;
const MOST_SHARED = MOST_ROWS / MOST_TOGETHER;

/** Maximum wait for a model to be loaded, in ms: events are stored without it. */
const MODEL_MS = 1_000;

/** Routes of live events. */
export function liveRoutes(
  { access, sql, projects, models, quotas, idKeys, live, catalogue }: RecommenderDeps & {
    access: Access;
    projects: ServedProjects;
    live: LiveHistories;
    catalogue: LiveCatalogue;
  },
) {
  const appendShared = joined((calls: AppendCall[]) => appendEvents(sql, calls), {
    atMost: MOST_TOGETHER,
  });
  const refusedTypes = rememberAcceptedTypes(sql);
  const checkQuota = cachedQuotaCheck(sql, { quotas, name: "events" });

  async function append(call: AppendCall): Promise<Appended | null> {
    if (call.events.length === 0) return { added: 0, duplicates: [] };
    if (call.events.length <= MOST_SHARED) return await appendShared(call);
    return (await appendEvents(sql, [call]))[0];
  }

  /** Moves events of refused types to the rejected rows. */
  async function withoutRefusedTypes(
    { events, rejected, moved }: ReadEvents,
    { ownerId, projectId, source }: {
      ownerId: string;
      projectId: number;
      source: "page" | "server";
    },
  ): Promise<ReadEvents> {
    const types = new Set(events.map(({ type }) => type));
    const refused = await refusedTypes(ownerId, { projectId, types, source });
    if (refused.size === 0) return { events, rejected, moved };
    const rows = new Map(
      events.filter(({ type }) => refused.has(type)).map(({ index, ...event }) => [index, event]),
    );
    const added = [...rows].map(([index, { type, itemId }]) => ({
      ...{ index, type, itemId, code: "unknown_type" as const },
      detail: `This project has ${MOST_TYPES[source]} other types` +
        (source === "page"
          ? " from pages already: add this one to the setting event_weights, send it once from a " +
            "server, or use one of "
          : " already: use one of them, or one of ") +
        EVENT_TYPES.join(", "),
    }));
    return {
      events: events.filter(({ index }) => !rows.has(index)),
      rejected: [...rejected, ...added].sort((a, b) => a.index - b.index),
      moved,
    };
  }

  /** Returns whether an item is in the champion's catalogue; null if none is loaded in time. */
  async function knownIn(
    project: Project,
    ownerId: string,
  ): Promise<(itemId: string) => boolean | null> {
    if (!project.trained_at) return () => null;
    const late = Promise.withResolvers<null>();
    const timer = setTimeout(() => late.resolve(null), MODEL_MS);
    const loading = models.champion(project.mlflow_model_name).catch(() => null);
    const champion = await Promise.race([loading, late.promise]);
    clearTimeout(timer);
    if (!champion) return () => null;
    const { model } = await catalogue.of(champion, { ownerId, projectId: project.id });
    return (itemId) => itemOf(model, itemId) >= 0;
  }

  return createRoutes({ tag: "Events" })
    .openapi({ ...appendRoute, ...access.changes }, async (c) => {
      const { ownerId } = c.var;
      const receivedAt = Date.now();
      const { id } = c.req.valid("param");
      const { user_id, anonymous_id, sent_at, source, events: rows } = c.req.valid("json");
      const projectId = projectIdOf(id);
      const { project } = await projects.of(ownerId, projectId) ?? unknownProject(id);
      await checkQuota(ownerId);
      const rules = { receivedAt, sentAt: timeOf(sent_at), fromPage: source === "page" };
      const read = await withoutRefusedTypes(readEvents(rows, rules), {
        ...{ ownerId, projectId, source },
      });
      const { events, rejected, moved } = read;
      if (rejected.length > 0) {
        await noteRejected(sql, ownerId, { projectId, rejected, fromPage: rules.fromPage });
      }
      if (user_id != null && anonymous_id != null) {
        const merge = { projectId, anonymousId: anonymous_id, userId: user_id };
        await mergeVisitor(sql, ownerId, merge);
      }
      const isKnown = await knownIn(project, ownerId);
      const visitors = [
        ...(user_id != null ? [{ user: user_id }] : []),
        ...(anonymous_id != null ? [{ anonymous: anonymous_id }] : []),
      ];
      const followed = attribution(idKeys, { project: projectId, visitors, now: receivedAt });
      const whose = { person: (user_id ?? anonymous_id)!, anonymous: user_id == null };
      const appended = await append({
        ...{ ownerId, projectId },
        ...whose,
        events: events.map(({ index: _, recommendationId, ...event }) => ({
          ...event,
          id: rules.fromPage ? pageEventId(event.id, whose) : event.id,
          known: isKnown(event.itemId),
          ...followed({ recommendationId, ...event }),
        })),
      }) ?? unknownProject(id);
      if (appended.added > 0) live.eventsCame({ ownerId, projectId });
      const repeated = new Set(appended.duplicates);
      const accepted = new Set(
        events.filter((_, place) => !repeated.has(place)).map(({ index }) => index),
      );
      const valid = new Set(events.map(({ index }) => index));
      c.set("units", Math.ceil((events.length + rejected.length) / 20));
      return c.json({
        accepted: accepted.size,
        duplicates: valid.size - accepted.size,
        rejected: rejected.map(({ index, code, detail }) => ({ index, code, detail })),
        ...(moved > 0 && { warnings: [movedWarning(moved)] }),
      }, 202);
    })
    .openapi({ ...mergeRoute, ...access.changes }, async (c) => {
      const { id } = c.req.valid("param");
      const { from, into } = c.req.valid("json");
      const merge = { projectId: projectIdOf(id), anonymousId: from, userId: into };
      if (!await mergeVisitor(sql, c.var.ownerId, merge)) unknownProject(id);
      return c.json({ from, into }, 200);
    })
    .openapi({ ...recentRoute, ...access.reads }, async (c) => {
      const { id } = c.req.valid("param");
      const { events, rejected } = await recentEvents(sql, c.var.ownerId, projectIdOf(id)) ??
        unknownProject(id);
      return c.json({
        events: events.map(({ person, anonymous, at, received_at, ...event }) => ({
          ...(anonymous ? { anonymous_id: person } : { user_id: person }),
          ...event,
          at: at.toISOString(),
          received_at: received_at.toISOString(),
        })),
        rejected: rejected.map(({ received_at, ...row }) => ({
          received_at: received_at.toISOString(),
          ...row,
        })),
      }, 200);
    });
}

/** @throws {Problem} 422 if it is not a time. */
function timeOf(sentAt: unknown): number | null {
  try {
    return sentTime(sentAt, "sent_at");
  } catch (error) {
    if (!(error instanceof RowFault)) throw error;
    throw invalidInput([{ pointer: "/sent_at", detail: error.message.replace("sent_at ", "") }]);
  }
}

function movedWarning(moved: number): string {
  return `The times of ${moved} events lay in the future or too far in the past and were moved ` +
    "to the nearest accepted time: check the sender's clock, and send sent_at.";
}
