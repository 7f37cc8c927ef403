/** What the service's answers look like. */
import { z } from "@hono/zod-openapi";

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

export const UsageSchema = z.object({
  app_id: z.uuid(),
  app_name: z.string(),
  usage_count: z.int(),
  last_used_at: Time.nullable(),
}).openapi("Usage");

export const DeliverySchema = z.object({
  webhook_id: z.string().openapi({ description: "The same in every attempt." }),
  type: z.string(),
  status: z.enum(["PENDING", "DELIVERED", "FAILED"]),
  created_at: Time,
  delivered_at: Time.nullable(),
  next_attempt_at: Time.nullable(),
  attempts: z.array(z.object({
    attempt: z.int(),
    started_at: z.string(),
    duration_ms: z.int(),
    status_code: z.int().nullable(),
    response: z.string().nullable(),
    error: z.string().nullable(),
  })),
}).openapi("Delivery");

export const RecommendationsSchema = z.looseObject({
  project_id: z.int(),
  model_type: z.enum(["CONTENT", "COLLABORATIVE", "HYBRID"]),
  model_version: z.string(),
  recommendations: z.array(
    z.looseObject({ item_id: z.string(), item_title: z.string(), score: z.number() }),
  ),
}).openapi("Recommendations");
