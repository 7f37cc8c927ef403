/** What a page may ask with a publishable key: nobody's stored history without their token. */
import { z } from "@hono/zod-openapi";
import { invalidInput } from "../http/service.ts";
import type { Bearer } from "./keys.ts";
import { checkUserToken } from "./user_token.ts";

/** What reaches the recommender as it came; whatever is not named here does not. */
const PASSED = [
  ...["anonymous_id", "history", "item_id", "item_title"],
  ...["n", "exclude", "include_seen", "filter", "diversity", "explain"],
];

const UserId = z.union([z.string().max(1000), z.number()], "must be a string or a number");

/** 122 random bits: what nobody guesses, as `crypto.randomUUID()` makes it. */
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
 * The recommender's question of a page's: with `user_id` only where its `user_token` fits, and with
 * explanations that name nothing but what the request itself brought.
 * @throws {Problem} `forbidden` for a user without a token that fits, `invalid_input` for ids that
 * are none.
 */
export async function publicRequest(
  said: Record<string, unknown>,
  { projectId, bearer, secretKey, now }: PublicRules,
): Promise<Record<string, unknown>> {
  const asked = Object.fromEntries(
    PASSED.filter((name) => Object.hasOwn(said, name)).map((name) => [name, said[name]]),
  );
  if (!isMissing(said.anonymous_id)) check("anonymous_id", AnonymousId, said.anonymous_id);
  if (!isMissing(said.user_id)) {
    const userId = String(check("user_id", UserId, said.user_id));
    const { appId, identitySecret, previousIdentitySecret } = bearer;
    const sealed = [identitySecret, previousIdentitySecret].filter((secret) => secret !== null);
    await checkUserToken(said.user_token, { projectId, userId }, { appId, sealed, secretKey, now });
    asked.user_id = userId;
  }
  return { ...asked, explain_history: false };
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function check<Value>(name: string, schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidInput([{ pointer: `/${name}`, detail: result.error.issues[0].message }]);
}
