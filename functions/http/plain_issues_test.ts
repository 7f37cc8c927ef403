import { assertEquals } from "@std/assert";
import { z } from "@hono/zod-openapi";
import { plainIssue } from "./plain_issues.ts";

/** Returns the messages of a schema's issues. */
function said(schema: z.ZodType, value?: unknown): string[] {
  return schema.safeParse(value).error?.issues.map(({ message }) => message) ?? [];
}

Deno.test("every code of an issue has a plain sentence with the rule and the kind sent", () => {
  const cases: [schema: z.ZodType, value: unknown, sentence: string][] = [
    [z.string(), 5, "must be a text; what was sent is a number"],
    [z.string(), undefined, "is missing: it must be a text"],
    [z.number(), "5", "must be a number; what was sent is a text"],
    [z.coerce.number(), "five", "must be a number"],
    [z.int(), 1.5, "must be a whole number; what was sent is a number"],
    [z.boolean(), null, "must be true or false; what was sent is null"],
    [z.array(z.string()), { a: 1 }, "must be a list; what was sent is an object"],
    [z.object({}), [], "must be an object; what was sent is a list"],
    [z.record(z.string(), z.number()), true, "must be an object; what was sent is true or false"],
    [z.never(), 1, "must be left out; what was sent is a number"],
    [z.number().max(100), 250, "must be at most 100"],
    [z.number().lt(1), 1, "must be less than 1"],
    [z.number().min(1), 0, "must be at least 1"],
    [z.number().positive(), 0, "must be more than 0"],
    [z.string().max(3), "abcd", "must have at most 3 characters; what was sent has 4"],
    [z.string().min(1), "", "must not be empty"],
    [z.string().length(2), "abc", "must have 2 characters; what was sent has 3"],
    [z.array(z.int()).max(1), [1, 2], "must have at most 1 entry; what was sent has 2"],
    [z.array(z.int()).min(1), [], "must have at least one entry"],
    [z.enum(["a", "b", "c"]), "d", 'must be "a", "b" or "c"; what was sent is a text'],
    [z.literal(1), 2, "must be 1; what was sent is a number"],
    [z.email(), "x", "must be an email address"],
    [z.iso.datetime(), "x", "must be a date and time as in 2024-01-31T18:00:00Z"],
    [z.string().regex(/^a+$/), "b", "must be of the form /^a+$/"],
    [z.string().startsWith("a"), "b", 'must begin with "a"'],
    [z.number().multipleOf(5), 7, "must be a multiple of 5"],
    [z.strictObject({}), { a: 1, b: 2 }, "has members that are not known here: a, b"],
    [z.union([z.string(), z.number()]), [], "must be a text or a number; what was sent is a list"],
    [
      z.union([z.string().max(2), z.number()]),
      "abc",
      "must have at most 2 characters; what was sent has 3",
    ],
    [
      z.union([z.number(), z.object({ a: z.int().max(1) })]),
      { a: 2 },
      "must be at most 1",
    ],
    [
      z.union([z.object({ a: z.int() }), z.object({ b: z.string() })]),
      { a: "x" },
      '"a" must be a number; what was sent is a text, or "b" is missing: it must be a text',
    ],
    [
      z.discriminatedUnion("k", [z.object({ k: z.literal("a") }), z.object({ k: z.literal("b") })]),
      { k: "c" },
      'must be "a" or "b"',
    ],
    [
      z.record(z.string().max(1), z.number()),
      { ab: 1 },
      "has a name that cannot be one: it must have at most 1 character; what was sent has 2",
    ],
    [
      z.set(z.string()),
      new Set([1]),
      "must be a text; what was sent is a number",
    ],
    [
      z.map(z.object({}), z.string()),
      new Map([[{}, 1]]),
      "has an entry that cannot be one: it must be a text; what was sent is a number",
    ],
    [z.string().refine(() => false), "a", "is not valid"],
    // A schema's own sentence comes first.
    [z.string("must be a name"), 5, "must be a name"],
  ];
  for (const [schema, value, sentence] of cases) assertEquals(said(schema, value), [sentence]);
});

Deno.test("a code that is not known has a sentence, too", () => {
  const issue = { code: "of another version", input: 1 } as unknown as z.core.$ZodRawIssue;
  assertEquals(plainIssue(issue), "is not valid");
});
