/** Response schemas of the service. */
import { z } from "@hono/zod-openapi";
import { EVENT_TYPES } from "../outbox/events.ts";
import { KINDS } from "../keys/key_rules.ts";

const Time = z.iso.datetime();

export const AppSchema = z.object({
  app_id: z.uuid(),
  app_name: z.string(),
  key_prefix: z.string(),
  key_last_four: z.string(),
  webhook_url: z.string().nullable(),
  last_used_at: Time.nullable(),
  created_at: Time,
}).openapi("App");

/** A key's rules, wherever a key is created, changed or listed. */
export const KEY_RULES = {
  kind: z.enum(KINDS).openapi({ description: "secret for servers, publishable for pages." }),
  origins: z.array(z.string()).nullable().openapi({
    description: "Origins of the pages that may use a publishable key; null for a secret one.",
  }),
  projects: z.array(z.int()).nullable().openapi({
    description: "The only projects it can access; null for all.",
  }),
  model: z.boolean().openapi({ description: "Whether it can download the model's files." }),
  warnings: z.array(z.string()).openapi({
    description: "Warnings for its owner.",
  }),
};

export const KeySchema = z.object({
  key_id: z.uuid(),
  name: z.string(),
  key_prefix: z.string(),
  key_last_four: z.string(),
  ...KEY_RULES,
  rate_limit: z.int().nullable().openapi({
    description:
      "Units a minute, null for no limit: one per list of up to 20, more for expensive requests, " +
      "as in each response's x-airec-units. Older keys count requests.",
  }),
  expires_at: Time.nullable(),
  revoked_at: Time.nullable(),
  last_used_at: Time.nullable(),
  page_origin: z.string().nullable().openapi({
    description: "Origin of the last page that sent it, if it is a secret key.",
  }),
  page_seen_at: Time.nullable(),
  created_at: Time,
}).openapi("Key");

export const IdentitySchema = z.object({
  made_at: Time.nullable().openapi({ description: "Null if the app has none." }),
  previous_secret_until: Time.nullable().openapi({
    description: "Time until which the previous secret is valid, too.",
  }),
}).openapi("IdentitySecret");

/** Added to responses with a secret that is shown once: it is null in a replay. */
export const SHOWN_ONCE = {
  replayed: z.boolean().optional().openapi({
    description: "True if an Idempotency-Key was used again: the secrets are omitted.",
  }),
};

export const EventType = z.enum(EVENT_TYPES).openapi("EventType");

export const EndpointSchema = z.object({
  endpoint_id: z.uuid(),
  url: z.string(),
  events: z.array(z.enum(EVENT_TYPES)).nullable().openapi({ description: "Null for all." }),
  is_primary: z.boolean().openapi({ description: "Whether it is the app's webhook_url." }),
  previous_secret_until: Time.nullable().openapi({
    description: "Time until which the previous secret signs, too.",
  }),
  failing_since: Time.nullable(),
  disabled_at: Time.nullable(),
  disabled_reason: z.string().nullable(),
  created_at: Time,
}).openapi("Endpoint");

export const UsageSchema = z.object({
  app_id: z.uuid(),
  app_name: z.string(),
  usage_count: z.int(),
  last_used_at: Time.nullable(),
}).openapi("Usage");

export const UsageDaySchema = z.object({
  day: z.iso.date().openapi({ description: "Of UTC." }),
  usage_count: z.int(),
}).openapi("UsageDay");

const Headers = z.record(z.string(), z.string());

export const DeliverySchema = z.object({
  webhook_id: z.string().openapi({ description: "The same in every attempt." }),
  endpoint_id: z.uuid().nullable().openapi({ description: "Null once the endpoint is deleted." }),
  type: z.string(),
  status: z.enum(["PENDING", "DELIVERED", "FAILED"]),
  created_at: Time,
  delivered_at: Time.nullable(),
  next_attempt_at: Time.nullable(),
  body: z.string().nullable().openapi({
    description: "The first 2,000 characters of the body; null after 7 days.",
  }),
  attempts: z.array(z.object({
    attempt: z.int(),
    started_at: z.string(),
    duration_ms: z.int(),
    url: z.string(),
    request_headers: Headers.openapi({ description: "As sent, without the signature." }),
    status_code: z.int().nullable(),
    response_headers: Headers.nullable(),
    response: z.string().nullable().openapi({
      description: "Its first characters; null after 7 days.",
    }),
    error: z.string().nullable(),
  })),
}).openapi("Delivery");

export const RecommendationsSchema = z.looseObject({
  project_id: z.int(),
  model_type: z.enum(["CONTENT", "COLLABORATIVE", "HYBRID"]),
  model_version: z.string(),
  recommendation_id: z.string().optional().openapi({
    description: "Signed id of the list: send it with events about its items. Valid for 8 days.",
  }),
  recommendations: z.array(
    z.looseObject({
      item_id: z.string(),
      item_title: z.string(),
      score: z.number(),
      reason: z.string().optional().describe("With explain: the reason as a sentence."),
    }),
  ),
  fallback: z.string().optional()
    .describe("Basis of the recommendations if the user or the history is unknown."),
  fallback_reason: z.string().optional(),
  placement: z.object({ name: z.string(), version: z.int() }).optional()
    .describe("The placement whose rules made the list."),
  logic: z.string().optional().describe("The logic of the placement."),
  empty_reason: z.string().optional().describe("Reason why a placement's list is empty."),
  because: z.array(z.looseObject({
    item_id: z.string(),
    item_title: z.string(),
    reason: z.string(),
    recommendations: z.array(
      z.looseObject({ item_id: z.string(), item_title: z.string(), score: z.number() }),
    ),
  })).optional().describe("because_you: items of the history, each with its list."),
  cursor: z.string().optional().describe("Present if a placement's list may have more items."),
}).openapi("Recommendations");

export const BatchSchema = z.looseObject({
  project_id: z.int(),
  model_version: z.string(),
  results: z.array(
    z.looseObject({
      user_id: z.string(),
      recommendation_id: z.string().optional(),
      recommendations: z.array(
        z.looseObject({ item_id: z.string(), item_title: z.string(), score: z.number() }),
      ),
    }),
  ),
}).openapi("BatchResults");

export const PopularSchema = z.looseObject({
  project_id: z.int(),
  model_version: z.string(),
  items: z.array(
    z.looseObject({ item_id: z.string(), item_title: z.string(), interactions: z.int() }),
  ),
}).openapi("PopularItems");

/** The items with most live events lately, with their scores. */
export const TrendingSchema = z.looseObject({
  project_id: z.int(),
  model_version: z.string(),
  items: z.array(
    z.looseObject({ item_id: z.string(), item_title: z.string(), score: z.number() }),
  ),
}).openapi("TrendingItems");
