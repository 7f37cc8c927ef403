/** Permissions of a key: its kind, origins, projects, rate limit and expiry. */
import { z } from "@hono/zod-openapi";
import type { InputError } from "../../http/problem.ts";
import { Problem } from "../../http/problem.ts";
import { invalidInput } from "../../http/service/service.ts";
import { isInTheClear, NULL_ORIGIN, PageOrigin } from "./page_origin.ts";

/** A secret key is for servers and all routes; a publishable key is for web pages. */
export const KINDS = ["secret", "publishable"] as const;
export type KeyKind = typeof KINDS[number];

/** Permissions of a key. */
export interface KeyRules {
  name: string;
  kind: KeyKind;
  /** Origins that may use a publishable key; null for a secret key. */
  origins: string[] | null;
  /** Projects it can access; null for all of the owner's, for secret keys only. */
  projects: number[] | null;
  /** Whether it may download model files; always true for a secret key. */
  model: boolean;
  /** Calls per minute; null for no limit. */
  rateLimit: number | null;
  expiresAt: Date | null;
}

/** Schemas of the members of a request about a key. */
export const RULE_FIELDS = {
  name: z.string().trim().min(1, "must not be empty").max(100),
  kind: z.enum(KINDS).openapi({
    description:
      "secret, for servers, can call all routes that accept keys. publishable, for pages, can " +
      "call recommend, items, columns, popular, trending, interactions and users/merge, from the listed " +
      "origins, and uses no user's " +
      "stored history without a user_token.",
  }),
  origins: z.array(PageOrigin).min(1, "must name the pages that may use the key").max(50)
    .transform((origins) => [...new Set(origins)]).nullable().openapi({
      description: "Of a publishable key: the origins of its pages, such as " +
        'https://shop.example; "null" is what files opened from disk say.',
    }),
  projects: z.array(z.int().min(1)).min(1, "must name a project, or be null for all").max(100)
    .transform((projects) => [...new Set(projects)]).nullable().openapi({
      description:
        "The only projects it can access. Omitted: your project, if you have exactly one. " +
        "null: all, including later ones; not allowed for a publishable key.",
    }),
  model: z.boolean().openapi({
    description:
      "Whether a publishable key can download the public part of the model, to recommend " +
      "on a device.",
  }),
  rate_limit: z.int().min(1).max(1_000_000).nullable(),
  expires_at: z.iso.datetime({ offset: true })
    .refine((text) => Date.parse(text) > Date.now(), "must be in the future").nullable(),
};

/** A request's key rules; omitted members are undefined. */
export type RequestedRules = {
  [Field in keyof typeof RULE_FIELDS]?: z.output<(typeof RULE_FIELDS)[Field]>;
};

/**
 * Returns the rules of a new key.
 * @param options.project the owner's only project, the default; null if there is none or several.
 * @throws {Problem} `invalid_input` if kind and rules contradict.
 */
export function newRules(
  { name = "First key", kind = "secret", origins = null, ...requested }: RequestedRules,
  { project }: { project: number | null },
): KeyRules {
  const isSecret = kind === "secret";
  return checked({
    name,
    kind,
    origins,
    projects: requested.projects === undefined ? listOf(project) : requested.projects,
    model: requested.model ?? isSecret,
    rateLimit: requested.rate_limit ?? null,
    expiresAt: requested.expires_at ? new Date(requested.expires_at) : null,
  });
}

/**
 * Returns a key's rules with a request's changes applied. A secret key can become publishable, but
 * not the reverse, since the key has been public.
 * @throws {Problem} `invalid_input` if kind and rules contradict, `conflict` for the reverse.
 */
export function changedRules(
  present: KeyRules,
  requested: RequestedRules,
  { project }: { project: number | null },
): KeyRules {
  const { kind = present.kind, name = present.name } = requested;
  if (kind === "secret" && present.kind === "publishable") {
    throw new Problem(
      "conflict",
      "A publishable key cannot become secret, because it may already be known from a page: " +
        "create another key of the kind secret.",
    );
  }
  const becomes = kind !== present.kind;
  const presentProjects = present.projects ?? (becomes ? listOf(project) : null);
  return checked({
    name,
    kind,
    origins: requested.origins === undefined ? present.origins : requested.origins,
    projects: requested.projects === undefined ? presentProjects : requested.projects,
    model: requested.model ?? (becomes ? false : present.model),
    rateLimit: requested.rate_limit === undefined ? present.rateLimit : requested.rate_limit,
    expiresAt: requested.expires_at === undefined
      ? present.expiresAt
      : requested.expires_at && new Date(requested.expires_at) || null,
  });
}

function listOf(project: number | null): number[] | null {
  return project === null ? null : [project];
}

function checked(rules: KeyRules): KeyRules {
  const { kind, origins, projects, model } = rules;
  const errors: InputError[] = [];
  const fault = (pointer: string, detail: string) => errors.push({ pointer, detail });
  if (kind === "secret") {
    if (origins) {
      fault("/origins", "is only for publishable keys: a secret key must not be used in a page");
    }
    if (!model) {
      fault(
        "/model",
        "is only for publishable keys: a secret key can always download the model's files",
      );
    }
  } else {
    if (!origins) fault("/origins", "must name the pages that may use a publishable key");
    if (!projects) fault("/projects", "must name the projects that a publishable key can access");
  }
  if (errors.length > 0) throw invalidInput(errors);
  return rules;
}

/** The rules that can cause a warning, and the last page that sent the key. */
interface WarnedOf extends Pick<KeyRules, "kind" | "origins" | "projects"> {
  page_origin: string | null;
}

/** Returns warnings about a key for its owner, one sentence each. */
export function warningsOf({ kind, origins, projects, page_origin }: WarnedOf): string[] {
  const warnings: string[] = [];
  if (kind === "secret" && page_origin !== null) {
    warnings.push(
      `A page at ${page_origin} sends this secret key; every visitor can read it there and ` +
        "request any user's history: make it publishable, and use a new secret key on your " +
        "servers.",
    );
  }
  if (kind === "secret" && projects === null) {
    warnings.push(
      "It can access all your projects, including later ones: name those that it needs.",
    );
  }
  if (origins?.includes(NULL_ORIGIN)) {
    warnings.push(
      'The origin "null" is any file and any sandboxed frame on any machine: list it for trials, ' +
        "not for a shop.",
    );
  }
  const clear = (origins ?? []).filter(isInTheClear);
  if (clear.length > 0) {
    warnings.push(`Without https, others on the network can change the page: ${clear.join(", ")}.`);
  }
  return warnings;
}
