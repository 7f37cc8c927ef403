/** What a key may do: its kind, the pages and projects it is for, its rate and its end. */
import { z } from "@hono/zod-openapi";
import type { InputError } from "../http/problem.ts";
import { Problem } from "../http/problem.ts";
import { invalidInput } from "../http/service.ts";
import { isInTheClear, NULL_ORIGIN, PageOrigin } from "./page_origin.ts";

/** A secret key stands on a server and opens all; a publishable one stands in pages. */
export const KINDS = ["secret", "publishable"] as const;
export type KeyKind = typeof KINDS[number];

/** What a key may do. */
export interface KeyRules {
  name: string;
  kind: KeyKind;
  /** The pages that may use a publishable key; null for a secret one. */
  origins: string[] | null;
  /** The only projects it opens; null for all of the owner's, which a secret key alone may. */
  projects: number[] | null;
  /** Whether it gives the model's files; a secret key always does. */
  model: boolean;
  /** Calls a minute; null for no limit. */
  rateLimit: number | null;
  expiresAt: Date | null;
}

/** The members of a request about a key. */
export const RULE_FIELDS = {
  name: z.string().trim().min(1, "must not be empty").max(100),
  kind: z.enum(KINDS).openapi({
    description: "secret, for servers, opens all that keys open. publishable, for pages, opens " +
      "recommend, items, columns and popular, from the listed origins, and nobody's stored " +
      "history without a user_token.",
  }),
  origins: z.array(PageOrigin).min(1, "must name the pages that may use the key").max(50)
    .transform((origins) => [...new Set(origins)]).nullable().openapi({
      description: "Of a publishable key: the origins of its pages, such as " +
        'https://shop.example; "null" is what files opened from disk say.',
    }),
  projects: z.array(z.int().min(1)).min(1, "must name a project, or be null for all").max(100)
    .transform((projects) => [...new Set(projects)]).nullable().openapi({
      description: "The only projects it opens. Left out: your project, where you have just one. " +
        "null: all of them, later ones too, which a publishable key must not.",
    }),
  model: z.boolean().openapi({
    description: "Whether a publishable key gives the public part of the model, to recommend " +
      "on a device.",
  }),
  rate_limit: z.int().min(1).max(1_000_000).nullable(),
  expires_at: z.iso.datetime({ offset: true })
    .refine((text) => Date.parse(text) > Date.now(), "must be in the future").nullable(),
};

/** What a request says of a key's rules; what it leaves out is undefined. */
export type SaidRules = {
  [Field in keyof typeof RULE_FIELDS]?: z.output<(typeof RULE_FIELDS)[Field]>;
};

/**
 * The rules of a new key.
 * @param options.project the owner's only project, for a request that names none; null where there
 * are none or several.
 * @throws {Problem} `invalid_input` where kind and rules contradict.
 */
export function newRules(
  { name = "First key", kind = "secret", origins = null, ...said }: SaidRules,
  { project }: { project: number | null },
): KeyRules {
  const isSecret = kind === "secret";
  return checked({
    name,
    kind,
    origins,
    projects: said.projects === undefined ? listOf(project) : said.projects,
    model: said.model ?? isSecret,
    rateLimit: said.rate_limit ?? null,
    expiresAt: said.expires_at ? new Date(said.expires_at) : null,
  });
}

/**
 * A key's rules with what a request changes of them. A secret key may become publishable; never the
 * other way, for what was in a page everybody may have.
 * @throws {Problem} `invalid_input` where kind and rules contradict, `conflict` for the way back.
 */
export function changedRules(
  present: KeyRules,
  said: SaidRules,
  { project }: { project: number | null },
): KeyRules {
  const { kind = present.kind, name = present.name } = said;
  if (kind === "secret" && present.kind === "publishable") {
    throw new Problem(
      "conflict",
      "A publishable key stays one, for whoever saw it in a page would have the secret: " +
        "make a secret key beside it.",
    );
  }
  const becomes = kind !== present.kind;
  const had = present.projects ?? (becomes ? listOf(project) : null);
  return checked({
    name,
    kind,
    origins: said.origins === undefined ? present.origins : said.origins,
    projects: said.projects === undefined ? had : said.projects,
    model: said.model ?? (becomes ? false : present.model),
    rateLimit: said.rate_limit === undefined ? present.rateLimit : said.rate_limit,
    expiresAt: said.expires_at === undefined
      ? present.expiresAt
      : said.expires_at && new Date(said.expires_at) || null,
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
    if (origins) fault("/origins", "are of publishable keys: a secret key stands in no page");
    if (!model) fault("/model", "is of publishable keys: a secret key opens the model's files");
  } else {
    if (!origins) fault("/origins", "must name the pages that may use a publishable key");
    if (!projects) fault("/projects", "must name the projects that a publishable key opens");
  }
  if (errors.length > 0) throw invalidInput(errors);
  return rules;
}

/** A key's rules, and whether a page was seen to send it. */
interface WarnedOf extends Pick<KeyRules, "kind" | "origins" | "projects"> {
  page_origin: string | null;
}

/** What its owner should know of a key, a sentence each. */
export function warningsOf({ kind, origins, projects, page_origin }: WarnedOf): string[] {
  const warnings: string[] = [];
  if (kind === "secret" && page_origin !== null) {
    warnings.push(
      `A page at ${page_origin} sends this secret key, and whoever reads it there can ask for ` +
        "anybody's history: make it publishable, and put a new secret key on your servers.",
    );
  }
  if (kind === "secret" && projects === null) {
    warnings.push("It opens all your projects, later ones too: name those that it needs.");
  }
  if (origins?.includes(NULL_ORIGIN)) {
    warnings.push(
      'The origin "null" is any file and any sandboxed frame on any machine: list it for trials, ' +
        "not for a shop.",
    );
  }
  const clear = (origins ?? []).filter(isInTheClear);
  if (clear.length > 0) {
    warnings.push(`Without https anybody on the way can change the page: ${clear.join(", ")}.`);
  }
  return warnings;
}
