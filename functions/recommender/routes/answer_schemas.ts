/** Schemas of recommendation requests and responses. */
import { z } from "@hono/zod-openapi";
import { checkedBy, type Fault, nameFault } from "../../http/named_values.ts";
import { secondsOf } from "../model/history/sent_time.ts";
import { type Id as ItemId, type SentItem } from "../model/request.ts";
import { FALLBACKS, LOGICS } from "../model/placements/placement.ts";
import { ModelType } from "./schemas.ts";

const Heading = z.object({
  project_id: z.int(),
  model_type: ModelType,
  model_version: z.string(),
  stale: z.literal(true).optional()
    .describe("True if the registry does not respond, so a newer version may exist."),
});

const Recommendation = z.object({
  item_id: z.string(),
  item_title: z.string(),
  score: z.number(),
  fallback: z.enum(FALLBACKS).optional()
    .describe("The score is 0: the item was added by popularity, or by a placement's fallback."),
  parts: z.array(z.object({
    from: z.enum(["history", "item"]),
    item_id: z.string(),
    item_title: z.string(),
    score: z.number(),
  })).optional().describe("With explain: the parts of the score, largest first."),
  shared: z.array(z.object({ column: z.string(), terms: z.array(z.string()) })).optional()
    .describe("With explain: terms that the requested item and this one share, by column."),
  reason: z.string().optional().describe("With explain: the reason as a sentence."),
});

const List = z.object({
  recommendation_id: z.string().optional().describe(
    "Signed id of this list: send it with events about its items, so that clicks and purchases " +
      "are attributed to it. Valid for 8 days, for the user or visitor of the request.",
  ),
  recommendations: z.array(Recommendation),
  fallback: z.enum([...FALLBACKS, "item_only"]).optional()
    .describe("Basis of the recommendations if the user or the history is unknown."),
  fallback_reason: z.string().optional(),
});

/** Members of a list by placement. */
const Placed = {
  placement: z.object({ name: z.string(), version: z.int() }).optional()
    .describe("The placement whose rules made the list."),
  logic: z.enum(LOGICS).optional().describe("The logic of the placement."),
  empty_reason: z.string().optional().describe("Reason why a placement's list is empty."),
  because: z.array(z.object({
    item_id: z.string(),
    item_title: z.string(),
    reason: z.string(),
    recommendations: z.array(Recommendation),
  })).optional().describe(
    "because_you: the items of the history that have a list each, with their lists; " +
      "recommendations has them all.",
  ),
  cursor: z.string().optional().describe(
    "Present if a placement's list may have more items: send it for the next page.",
  ),
};

/** A single list. */
export const Recommendations = Heading.extend(List.shape).extend(Placed)
  .openapi("Recommendations");

/** One list per user. */
export const BatchResults = Heading.extend({
  results: z.array(List.extend({ user_id: z.string() })),
}).openapi("BatchResults");

/** The most popular items. */
export const PopularItems = Heading.extend({
  items: z.array(z.object({
    item_id: z.string(),
    item_title: z.string(),
    interactions: z.int().describe("Users who liked the item."),
  })),
}).openapi("PopularItems");

/** Maps null and the empty string to undefined. */
const emptyAsMissing = (value: unknown) => value === "" || value === null ? undefined : value;

const Count = z.int().min(1).max(200);
const Id = z.union([z.string().max(1000), z.number()], "must be a string or a number");

/** Name of the place where a list is shown. */
export const PLACEMENT = /^[a-z0-9_-]{1,64}$/;
const Placement = z.preprocess(
  emptyAsMissing,
  z.string().regex(PLACEMENT, "must have 1 to 64 of the characters a-z, 0-9, _ and -").optional(),
).openapi({
  type: "string",
  pattern: PLACEMENT.source,
  description: "Name of the place where the list is shown, such as home: results are by placement.",
});

const PlacementOfBody = Placement.openapi({
  description: "Name of a placement of the project, such as home: its rules make the list, and " +
    "results are by placement.",
});

const CountInQuery = z.preprocess(
  (value) => value === undefined || value === "" ? undefined : Number(value),
  z.number("must be a whole number from 1 to 200").pipe(Count).optional(),
);

const CountInBody = z.preprocess(emptyAsMissing, Count.optional());

/** Description of `limit`, and of its older name. */
const LIMIT = {
  type: "integer" as const,
  description: "Number of items, 1 to 200; 10 by default.",
};
const N = {
  type: "integer" as const,
  description: "The older name of limit, which takes precedence.",
  deprecated: true,
};

/** Sets `n` of a request to its `limit`, if it has one. */
export function counted<Request extends { n?: number | null; limit?: number | null }>(
  request: Request,
): Request {
  if (request.limit !== undefined && request.limit !== null) request.n = request.limit;
  return request;
}

/** Query parameters of recommendations. */
export const RecommendationQuery = z.object({
  item_title: z.string().max(1000).optional(),
  item_id: z.string().max(1000).optional()
    .openapi({ description: "Takes precedence over item_title." }),
  user_id: z.string().max(1000).optional(),
  limit: CountInQuery.openapi(LIMIT),
  n: CountInQuery.openapi(N),
  placement: Placement,
  include_seen: z.preprocess(emptyAsMissing, z.enum(["true", "false"]).optional())
    .openapi({
      type: "string",
      description: "Also recommend items of the user's history, except rejected ones.",
    }),
});

/** Query parameters of similar items. */
export const SimilarQuery = RecommendationQuery.pick({
  item_id: true,
  item_title: true,
  limit: true,
  n: true,
  placement: true,
});

/** Query parameters of popular items. */
export const PopularQuery = RecommendationQuery.pick({ limit: true, n: true });

const FilterValue = z.union([z.string().max(1000), z.number(), z.boolean()]);
const Range = z.partialRecord(z.enum(["eq", "gt", "gte", "lt", "lte"]), FilterValue);

const FilterSchema = z.record(
  z.string().max(1000),
  z.union([FilterValue, z.array(FilterValue).max(1000), Range], {
    error: "must be a value, a list of values, or a range of gt, gte, lt, lte",
  }),
).nullish();

const SCALARS = ["string", "number", "boolean"];

/** Maximum numbers of columns and values in one filter. */
const MOST_COLUMNS = 100;
const MOST_VALUES = 10_000;

/** Returns the first error of an oversized filter, whose validation would take long. */
function filterFault(filter: unknown): Fault | undefined {
  const fault = nameFault(filter, { most: MOST_COLUMNS, names: "columns" });
  if (fault || typeof filter !== "object" || filter === null) return fault;
  let values = 0;
  for (const [name, condition] of Object.entries(filter)) {
    if (!Array.isArray(condition)) continue;
    values += condition.length;
    if (values > MOST_VALUES) {
      return { path: [], message: `has at most ${MOST_VALUES} values in all` };
    }
    const index = condition.findIndex((value) => !SCALARS.includes(typeof value));
    if (index >= 0) {
      return { path: [name, index], message: "must be a text, a number or a boolean" };
    }
  }
}

/** Maximum number of ids in a list, maximum length of an id, and bounds of weights and ratings. */
const MOST_IDS = 10_000;
const LONGEST_ID = 1000;
const MOST_WEIGHT = 1e6;
const MOST_RATING = 1e9;

/** Maximum length of an event's type. */
const LONGEST_TYPE = 100;

/**
 * Returns a schema for a list of ids or a history. Validating ten thousand entries with zod takes
 * tens of milliseconds; this checks each entry once and reports the first invalid one.
 */
function listOf<Entry>(
  faultOf: (entry: unknown) => { at?: string; message: string } | undefined,
  { least = 0, most = MOST_IDS } = {},
) {
  return z.custom<Entry[]>().superRefine((list: unknown, context) => {
    if (!Array.isArray(list)) {
      return context.addIssue({ code: "custom", message: "must be a list", input: list });
    }
    if (list.length < least || list.length > most) {
      const message = `must have ${least} to ${most} entries; what was sent has ${list.length}`;
      return context.addIssue({ code: "custom", message, input: list });
    }
    for (let index = 0; index < list.length; index++) {
      const fault = faultOf(list[index]);
      if (!fault) continue;
      const path = fault.at === undefined ? [index] : [index, fault.at];
      return context.addIssue({ code: "custom", path, message: fault.message, input: list });
    }
  });
}

function idFault(id: unknown): { message: string } | undefined {
  if (typeof id === "number") return undefined;
  if (typeof id !== "string") return { message: "must be a string or a number" };
  if (id.length > LONGEST_ID) return { message: `has at most ${LONGEST_ID} characters` };
}

function sentItemFault(entry: unknown): { at?: string; message: string } | undefined {
  if (typeof entry === "string" || typeof entry === "number") return idFault(entry);
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    return { message: SENT_ITEM };
  }
  for (const name of Object.keys(entry)) {
    if (!SENT_MEMBERS.includes(name)) return { at: name, message: "is not a known member" };
  }
  const { item_id, weight, rating, event_type, timestamp } = entry as Record<string, unknown>;
  const fault = idFault(item_id);
  if (fault) return { at: "item_id", ...fault };
  if (isBeyond(weight, MOST_WEIGHT)) {
    return { at: "weight", message: `must be a number from -${MOST_WEIGHT} to ${MOST_WEIGHT}` };
  }
  if (isBeyond(rating, MOST_RATING)) {
    return { at: "rating", message: `must be a number from -${MOST_RATING} to ${MOST_RATING}` };
  }
  if (isGiven(event_type) && (typeof event_type !== "string" || event_type.length > LONGEST_TYPE)) {
    return { at: "event_type", message: `must be a text of at most ${LONGEST_TYPE} characters` };
  }
  if (isGiven(timestamp) && Number.isNaN(secondsOf(timestamp as string))) {
    return { at: "timestamp", message: "is not a time: send seconds since 1970 or ISO 8601" };
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Whether a value is given but not a number of at most this magnitude. */
function isBeyond(value: unknown, most: number): boolean {
  return isGiven(value) && !(typeof value === "number" && Math.abs(value) <= most);
}

const SENT_MEMBERS = ["item_id", "event_type", "rating", "timestamp", "weight"];

const SENT_ITEM =
  "must be an item's id, or {item_id, event_type, rating, timestamp, weight} with a weight from " +
  `-${MOST_WEIGHT} to ${MOST_WEIGHT}`;

/** Body fields of every list. */
const ListBody = {
  limit: CountInBody.openapi(LIMIT),
  n: CountInBody.openapi(N),
  exclude: listOf<string | number>(idFault).nullish()
    .openapi({ type: ["array", "null"], items: {}, maxItems: 10_000 }),
  filter: checkedBy(filterFault, FilterSchema)
    .openapi({ type: ["object", "null"], additionalProperties: true })
    .describe('By columns of the content file: {genre: "Drama", year: {gte: 1990, lte: 1999}}.'),
  diversity: z.number().min(0).max(1).nullish()
    .describe("From 0, by score alone, to 1, as different from each other as possible."),
  explain: z.boolean().nullish().describe("Explain the score of each item."),
  placement: Placement,
};

/** Body of a recommendation request. Unknown members are ignored, with a warning. */
export const RecommendationBody = z.object({
  user_id: Id.nullish(),
  anonymous_id: z.string().max(1000).nullish()
    .describe(
      "A visitor without an account: served as a new user; never matched with a user's id.",
    ),
  item_id: Id.nullish(),
  item_title: z.string().max(1000).nullish(),
  history: listOf<ItemId | SentItem>(sentItemFault).nullish().openapi({
    type: ["array", "null"],
    items: {},
    maxItems: 10_000,
  })
    .describe(
      "A visitor's history, oldest first, as ids or {item_id, event_type, rating, timestamp}; " +
        "replaces user_id. It is read like the history of a user with the same interactions: " +
        "older items may count less, and an item that occurs again counts once, more recently. " +
        "An item with a weight, below 0 if rejected, counts by it, as often as it is sent.",
    ),
  ...ListBody,
  placement: PlacementOfBody,
  items: listOf<string | number>(idFault, { most: 1_000 }).nullish()
    .openapi({ type: ["array", "null"], items: {}, maxItems: 1_000 })
    .describe(
      "With a placement: the items of the cart (bought_together), or those to order " +
        "(personal_order).",
    ),
  cursor: z.preprocess(emptyAsMissing, z.string().max(10_000).optional())
    .openapi({ type: ["string", "null"] })
    .describe("With a placement: the cursor of the page before, for the next page."),
  include_seen: z.boolean().nullish()
    .describe("Also recommend items of the user's history, except rejected ones."),
  explain_history: z.boolean().nullish()
    .describe("false: explanations do not name items of the stored history of user_id."),
}).openapi("RecommendationRequest");

/** Body of a batch request. */
export const BatchBody = z.object({
  users: listOf<string | number>(idFault, { least: 1, most: 1_000 })
    .openapi({ type: "array", items: {}, minItems: 1, maxItems: 1_000 }),
  ...ListBody,
  include_seen: z.boolean().nullish(),
}).openapi("BatchRequest");
