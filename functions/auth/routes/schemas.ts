/** Request and response schemas of the auth service. */
import { z } from "@hono/zod-openapi";
import { isCommon } from "../passwords.ts";

/** Schema of a new password. */
export const NewPassword = z.string()
  .refine((text) => text.isWellFormed(), "must be Unicode text")
  .refine((text) => length(text) >= 8, "must have at least 8 characters")
  .refine((text) => length(text) <= 256, "must have at most 256 characters")
  .refine(
    // Short passwords already have an error.
    (text) => length(text) < 8 || !isCommon(text),
    "is one of the most common passwords; choose another",
  )
  .openapi({
    description: "8 to 256 characters of any kind, and not one of the most common passwords.",
    format: "password",
  });

/** Schema of a password to verify. Only its length is limited: an invalid one is simply wrong. */
export const Password = z.string().max(1024).openapi({ format: "password" });

export const Signup = z.strictObject({
  name: z.string().trim().min(1, "must not be empty").max(200),
  email: z.string().trim().max(254).pipe(z.email("must be an email address")),
  password: NewPassword,
}).openapi("Signup");

/** Not strict: clients may send all fields of a stored account. */
export const Login = z.object({
  email: z.string().trim().max(254),
  password: Password,
}).openapi("Login");

export const PasswordChange = z.strictObject({
  password: Password,
  new_password: NewPassword,
}).openapi("PasswordChange");

export const Confirmation = z.strictObject({ password: Password }).openapi("Confirmation");

export const Done = z.object({ success: z.literal(true), message: z.string() }).openapi("Done");

export const LoggedIn = z.object({
  success: z.literal(true),
  token: z.string(),
  name: z.string(),
  email: z.string(),
  expires_in: z.int().openapi({ description: "Seconds until the token expires." }),
  password_change_due: z.literal(true).optional().openapi({
    description:
      "The password is a one-time password from the operator and is used up: change it now.",
  }),
}).openapi("LoggedIn");

export const Me = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string(),
  password_change_due: z.boolean(),
}).openapi("Me");

export const AuditEntry = z.object({
  id: z.string(),
  action: z.string().openapi({ example: "account.signed_in" }),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  actor: z.string().nullable().openapi({
    example: "account:0b9c3a52-8f0e-4c43-9d5e-0a4f1d6a7b11",
    description: "Who did it: an account or an API key by its id, or system for the installation " +
      "itself. Null for a caller who was not signed in, and where it was not recorded.",
  }),
  happened_at: z.string(),
}).openapi("AuditEntry");

export const Export = z.object({
  exported_at: z.string(),
  auth: z.record(z.string(), z.unknown()),
  recommender: z.record(z.string(), z.unknown()),
  webhooks: z.record(z.string(), z.unknown()),
}).openapi("Export");

/** Returns a JSON request body for `createRoute`. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { "application/json": { schema } } } };
}

/** Returns a JSON response for `createRoute`. */
export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } };
}

/** Returns the number of code points, not UTF-16 units. */
function length(text: string): number {
  return [...text].length;
}
