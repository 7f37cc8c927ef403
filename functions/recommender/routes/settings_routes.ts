/** Routes for the training settings of a project. */
import { createRoute, z } from "@hono/zod-openapi";
import { checkedBy, nameFault } from "../../http/named_values.ts";
import { type InputError, problemResponses } from "../../http/problem.ts";
import { faultOfUrl } from "../../http/outgoing/checked_addresses.ts";
import { createRoutes, invalidInput } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import {
  changeSettings,
  findSettings,
  KEEP_EVENTS_DAYS,
  SETTING_LIMITS,
  type SettingLimits,
  type Settings,
  type SettingsChange,
} from "../projects/settings.ts";
import type { Access } from "./access.ts";
import { projectIdOf, unknownProject } from "./parameters.ts";
import { ById, json, jsonBody } from "./schemas.ts";

const UNITS = { MB: 1e6, GB: 1e9, MIB: 2 ** 20, GIB: 2 ** 30 };
const LEAST_MEMORY = 128 * 2 ** 20;
const MOST_MEMORY = 2 ** 45;

const EventWeights = checkedBy(
  (weights) => nameFault(weights, { most: 100, names: "event types" }),
  z.record(
    z.string().trim().toLowerCase().min(1, "must not be empty").max(100),
    z.number().min(-1e6).max(1e6),
  ).nullish(),
).openapi({ type: ["object", "null"], additionalProperties: { type: "number" } })
  .describe(
    "Weights of event types, in addition to the defaults (view 1, cart 3, purchase 5; removed, " +
      "returned, unliked −0.1; disliked, hidden −1): 0 is neutral, below 0 is a rejection.",
  );

const LikedFrom = z.number().min(-1e9).max(1e9)
  .describe(
    "The lowest rating that counts as liked. By default the ratings themselves decide: " +
      "with 0 and 1, or −1 and 1, values above 0; on a scale such as stars, values not below the " +
      "user's own mean; for plays and amounts, all above 0, by their logarithm.",
  );

const SearchSetting = z.enum(["full", "first"]).describe(
  "full, the default: a project's first training serves a likely configuration in seconds and then " +
    "searches for the best one, and later trainings search. first: trainings fit a likely " +
    "configuration, or that of the champion, and do not search unless that takes a moment.",
);

const Budget = z.int().min(10).max(86_400)
  .describe("Time budget of the search in seconds, by estimate; 600 by default.");

const Memory = z.union([
  z.int(),
  z.string().trim().regex(/^\d+(\.\d+)?\s*([MG]i?B)$/i).transform(bytesOf),
], 'must be a number of bytes, or such as "2GB" or "512MiB"')
  .pipe(z.int().min(LEAST_MEMORY).max(MOST_MEMORY))
  .openapi({
    type: ["integer", "string"],
    description: "Memory limit of a training, in bytes or such as 2GB; half of the machine's " +
      "memory by default. A training that uses 1.5 times as much, and at least 2GB, " +
      "is ended.",
    example: "2GB",
  });

const RetrainEvery = z.number().min(1).max(8_760)
  .describe("Hours after a training until the next is queued automatically.");

const KeepEvents = z.int().min(1).max(3_650).describe(
  `Days for which live events are kept, ${KEEP_EVENTS_DAYS} by default; older ones are deleted.`,
);
const Window = z.int().min(1).max(168);

const TrendingHalfLife = z.number().min(0.1).max(8_760)
  .describe("Hours in which a live event's weight in the trending items halves; 24 by default.");

const Interval = z.string().trim()
  .regex(/^[1-9]\d{0,2}[mhd]$/, { error: 'must be such as "30m", "1h" or "1d"', abort: true });

const RetrainWhen = z.strictObject({
  events: z.int().min(100).max(1e9).optional()
    .describe("Number of live events since the last training that queue the next."),
  new_items: z.int().min(1).max(10_000).optional()
    .describe("Number of new live items since the last training that queue the next."),
  every: Interval
    .refine((every) => minutesOf(every) >= 60 && minutesOf(every) <= 365 * 1_440, {
      message: "must be from 1h to 365d",
    })
    .optional().describe("Time since the last training that queues the next, such as 1d."),
}).refine((when) => Object.keys(when).length > 0, "must contain events, new_items or every")
  .openapi({ minProperties: 1 }).nullish().describe(
    "Queues a training when there is enough to learn.",
  );

const Feed = z.strictObject({
  url: z.string().trim().min(1).max(2_000).describe(
    "An http or https URL without credentials, at a public address, of a file of items with the " +
      "columns of the project's item file: CSV, JSON lines and so on.",
  ),
  every: Interval
    .refine((every) => minutesOf(every) >= 5 && minutesOf(every) <= 30 * 1_440, {
      message: "must be from 5m to 30d",
    })
    .default("1h").describe("Interval of the fetches, from 5m to 30d; 1h by default."),
}).describe("Fetches items and stores what changed, without a training; see getItemChanges.");

function minutesOf(every: string): number {
  return Number(every.slice(0, -1)) * { m: 1, h: 60, d: 1_440 }[every.at(-1) as "m" | "h" | "d"];
}

const SettingsChangeSchema = z.strictObject({
  version: z.literal(1).optional(),
  event_weights: EventWeights,
  liked_from: LikedFrom.nullish(),
  search: SearchSetting.nullish(),
  budget_seconds: Budget.nullish(),
  memory_limit: Memory.nullish(),
  retrain_every: RetrainEvery.nullish(),
  keep_events: KeepEvents.nullish(),
  click_window_hours: Window.nullish()
    .describe("Hours in which a click counts for a list of recommendations; 24 by default."),
  purchase_window_hours: Window.nullish()
    .describe("Hours in which a purchase counts for a list of recommendations; 168 by default."),
  retrain_when: RetrainWhen,
  trending_half_life: TrendingHalfLife.nullish(),
  feed: Feed.nullish(),
}).openapi("SettingsChange");

const SettingsSchema = z.object({
  version: z.literal(1),
  event_weights: z.record(z.string(), z.number()).nullable(),
  liked_from: z.number().nullable(),
  search: z.enum(["full", "first"]).nullable(),
  budget_seconds: z.int().nullable(),
  memory_limit: z.int().nullable().describe("In bytes."),
  retrain_every: z.number().nullable().describe("In hours."),
  keep_events: z.int().nullable().describe("In days."),
  click_window_hours: z.int().nullable(),
  purchase_window_hours: z.int().nullable(),
  retrain_when: z.object({
    events: z.int().optional(),
    new_items: z.int().optional(),
    every: z.string().optional(),
  }).nullable(),
  trending_half_life: z.number().nullable().describe("In hours."),
  feed: z.object({ url: z.string(), every: z.string() }).nullable(),
}).openapi("Settings", { description: "Null means the default." });

const settings = json("The settings.", SettingsSchema);

const settingsRoute = createRoute({
  method: "get",
  operationId: "getSettings",
  path: "/project/{id}/settings",
  summary: "Returns the settings of a project.",
  request: { params: ById },
  responses: { 200: settings, ...problemResponses("unauthenticated", "not_found") },
});

const changeSettingsRoute = createRoute({
  method: "patch",
  operationId: "changeSettings",
  path: "/project/{id}/settings",
  summary: "Changes settings; those of trainings apply from the next on. Null restores a default.",
  request: { params: ById, body: jsonBody(SettingsChangeSchema) },
  responses: {
    200: settings,
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "not_found",
      "unsupported_media_type",
      "invalid_input",
    ),
  },
});

/** Routes to read and change settings. */
export function settingsRoutes(
  { access, sql, settingLimits = SETTING_LIMITS, allowLoopback = false }: RecommenderDeps & {
    access: Access;
  },
) {
  return createRoutes({ tag: "Projects" })
    .openapi({ ...settingsRoute, ...access.reads }, async (c) => {
      const { id } = c.req.valid("param");
      const found = await findSettings(sql, c.var.ownerId, projectIdOf(id)) ?? unknownProject(id);
      return c.json(settingsJson(found), 200);
    })
    .openapi({ ...changeSettingsRoute, ...access.writes() }, async (c) => {
      const { id } = c.req.valid("param");
      const { version: _, ...change } = c.req.valid("json");
      refuseBeyond(settingLimits, change);
      if (change.feed) checkFeed(change.feed.url, { allowLoopback });
      const changed = await changeSettings(sql, c.var.ownerId, {
        projectId: projectIdOf(id),
        change,
      }) ?? unknownProject(id);
      return c.json(settingsJson(changed), 200);
    });
}

/** @throws {Problem} 422 that names each setting beyond the operator's limits, and the limit. */
function refuseBeyond(limits: SettingLimits, change: SettingsChange): void {
  const { search, budget_seconds, memory_limit, retrain_every } = change;
  const { budgetSeconds, memoryBytes, retrainHours } = limits;
  const errors: InputError[] = [];
  const refuse = (name: string, detail: string) => errors.push({ pointer: `/${name}`, detail });
  if (search === "full" && limits.search === "first") {
    refuse("search", "must be first on this installation");
  }
  if (budget_seconds && budget_seconds > budgetSeconds) {
    refuse("budget_seconds", `must be at most ${budgetSeconds} seconds on this installation`);
  }
  if (memory_limit && memory_limit > memoryBytes) {
    refuse("memory_limit", `must be at most ${memoryBytes} bytes on this installation`);
  }
  if (retrain_every && retrain_every < retrainHours) {
    refuse("retrain_every", `must be at least ${retrainHours} hours on this installation`);
  }
  if (errors.length > 0) throw invalidInput(errors);
}

/** @throws {Problem} 422 if the URL is not allowed. */
function checkFeed(url: string, rule: { allowLoopback: boolean }): void {
  const fault = faultOfUrl(url, rule);
  if (fault) throw invalidInput([{ pointer: "/feed/url", detail: fault }]);
}

function settingsJson({ version, ...set }: Settings) {
  return {
    version,
    event_weights: set.event_weights ?? null,
    liked_from: set.liked_from ?? null,
    search: set.search ?? null,
    budget_seconds: set.budget_seconds ?? null,
    memory_limit: set.memory_limit ?? null,
    retrain_every: set.retrain_every ?? null,
    keep_events: set.keep_events ?? null,
    click_window_hours: set.click_window_hours ?? null,
    purchase_window_hours: set.purchase_window_hours ?? null,
    retrain_when: set.retrain_when ?? null,
    trending_half_life: set.trending_half_life ?? null,
    feed: set.feed ?? null,
  };
}

function bytesOf(text: string): number {
  const [, number, unit] = /^([\d.]+)\s*(\w+)$/.exec(text)!;
  return Math.round(Number(number) * UNITS[unit.toUpperCase() as keyof typeof UNITS]);
}
