/** Schemas of placements. */
import { z } from "@hono/zod-openapi";
import { checkedBy, nameFault } from "../../../http/named_values.ts";
import { MOST_NODES } from "../../model/placements/expression.ts";
import { visibleId } from "../../text/visible.ts";
import { FALLBACKS, LOGICS } from "../../model/placements/placement.ts";

const Expression = checkedBy(
  (expression) => nameFault(expression, { most: MOST_NODES, names: "columns" }),
  z.record(z.string().max(1000), z.unknown()),
).openapi({
  type: "object",
  additionalProperties: true,
  description:
    'A condition on items: {"brand": ["Acme", "Bolt"], "price": {"lt": 20}}, with and, ' +
    'or, not, in, exists, contains, {"price": {"lte": {"item": "price", "times": 1.2}}} and ' +
    '{"brand": {"same_as": "item"}}; at most 64 operators and conditions.',
});

const Time = z.iso.datetime({ offset: true, error: "must be a time such as 2030-12-01T00:00:00Z" });
const Column = z.string().min(1).max(1000);

/** The rules of a placement. */
export const PlacementRules = z.strictObject({
  logic: z.enum(LOGICS).describe("How the list is made."),
  seen: z.strictObject({
    exclude: z.union([
      z.enum(["all", "none"]),
      z.array(z.string().min(1).max(100)).min(1).max(20),
    ], 'must be "all", "none" or a list of event types'),
    days: z.number().min(0.01).max(3_650).optional(),
  }).optional().describe(
    "Items of the visitor's history that are left out: all (the default), none, or those with an " +
      "event of these types, within so many days. Rejected items are always left out.",
  ),
  filter: Expression.optional(),
  boost: z.array(z.strictObject({
    when: Expression,
    times: z.number().min(0.01).max(100),
  })).min(1).max(20).optional().describe(
    "Multiplies the scores of items that pass: times above 1 boosts, below 1 buries.",
  ),
  rotation: z.strictObject({
    hours: z.number().min(0.1).max(720),
    times: z.number().min(0.01).max(1).optional(),
  }).optional().describe(
    "Items that were shown to the visitor in the last hours, by impressions, sink: their scores are " +
      "multiplied by times, 0.5 by default.",
  ),
  diversity: z.number().min(0).max(1).optional(),
  at_most: z.array(z.strictObject({
    column: Column,
    most: z.int().min(1).max(100),
    first: z.int().min(1).max(1_000),
  })).min(1).max(5).optional().describe(
    "At most so many of the first items share a value of the column.",
  ),
  pins: z.array(z.strictObject({
    position: z.int().min(1).max(200),
    item_id: z.union([z.string().min(1).max(1000), z.number()], "must be a string or a number")
      .transform((id) => visibleId(String(id))).optional(),
    filter: Expression.optional(),
    from: Time.optional(),
    to: Time.optional(),
  })).min(1).max(20).optional().describe(
    "Items at fixed positions: the one with the id, or the best that passes the filter; from a time " +
      "to another. They must be allowed by the other rules.",
  ),
  fallback: z.enum(FALLBACKS).optional().describe(
    "The list where nothing is known, and its continuation; popular by default.",
  ),
  least_score: z.number().min(0).max(1).optional().describe(
    "Score below which items are replaced by those of the fallback.",
  ),
  lists: z.int().min(1).max(5).optional().describe(
    "because_you: number of items that have a list each; 1 by default.",
  ),
  days: z.number().min(1).max(3_650).optional().describe(
    "new: days before the newest item in which an item is new; 30 by default.",
  ),
}).openapi("PlacementRules");

/** A placement as the routes return it. */
export const PlacementDocument = z.object({
  name: z.string(),
  version: z.int().describe("Raised by each save; 0 if none was saved under the name."),
  rules: PlacementRules,
}).openapi("Placement");
