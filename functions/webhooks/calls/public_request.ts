/** Requests of pages with a publishable key: a user's stored history requires that user's token. */
import { z } from "@hono/zod-openapi";
import { invalidInput } from "../../http/service/service.ts";
import type { Bearer } from "../keys/keys.ts";
import { checkUserToken } from "../keys/user_token.ts";

/** Members passed on to the recommender; all others are dropped. */
const PASSED = [
  ...["anonymous_id", "history", "item_id", "item_title"],
  ...["limit", "n", "exclude", "include_seen", "filter", "diversity", "explain", "placement"],
  ...["items", "cursor"],
];

/** Members of a request of a page; others are ignored, with a warning. */
export const PUBLIC_MEMBERS: ReadonlySet<string> = new Set(["user_id", "user_token", ...PASSED]);

const UserId = z.union([z.string().max(1000), z.number()], "must be a string or a number");

/** 122 random bits, as in `crypto.randomUUID()`, cannot be guessed. */
const AnonymousId = z.uuid({
  version: "v4",
  error: "must be a random UUID (version 4), as crypto.randomUUID() makes it",
});

export interface PublicRules {
  projectId: number;
  bearer: Bearer;
  secretKey: Uint8Array<ArrayBuffer>;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Returns the request to the recommender: with `user_id` only if `user_token` is valid, and with
 * explanations that name only items of the request itself.
 * @throws {Problem} `forbidden` for a user without a valid token, `invalid_input` for invalid ids.
 */
export async function publicRequest(
  body: Record<string, unknown>,
  rules: PublicRules,
): Promise<Record<string, unknown>> {
  const passed = Object.fromEntries(
    PASSED.filter((name) => Object.hasOwn(body, name)).map((name) => [name, body[name]]),
  );
  const { user_id } = await publicPerson(body, rules);
  if (user_id !== undefined) passed.user_id = user_id;
  return { ...passed, explain_history: false };
}

/** Members of a request that name a person; a merge has other names for them. */
type PersonNames = Record<"anonymous_id" | "user_id", string>;

/**
 * Checks the person that a page names: returns the `user_id` as text if `user_token` is valid.
 * @throws {Problem} as `publicRequest`.
 */
export async function publicPerson(
  body: Record<string, unknown>,
  { projectId, bearer, secretKey, now, names }: PublicRules & { names?: PersonNames },
): Promise<{ user_id?: string }> {
  if (!isMissing(body.anonymous_id)) {
    check(names?.anonymous_id ?? "anonymous_id", AnonymousId, body.anonymous_id);
  }
  if (isMissing(body.user_id)) return {};
  const userId = String(check(names?.user_id ?? "user_id", UserId, body.user_id));
  const { appId, identitySecret, previousIdentitySecret } = bearer;
  const sealed = [identitySecret, previousIdentitySecret].filter((secret) => secret !== null);
  await checkUserToken(body.user_token, { projectId, userId }, { appId, sealed, secretKey, now });
  return { user_id: userId };
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function check<Value>(name: string, schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidInput([{ pointer: `/${name}`, detail: result.error.issues[0].message }]);
}
