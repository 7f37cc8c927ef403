/** Checks of JSON before a schema, for input that the schema would ignore or be slow on. */
import { z } from "@hono/zod-openapi";

/** The place and reason of an invalid value. */
export interface Fault {
  path: PropertyKey[];
  message: string;
}

/** Runs `check` before `schema`. The schema is applied only if the check reports no fault. */
export function checkedBy<Schema extends z.ZodType>(
  check: (value: unknown) => Fault | undefined,
  schema: Schema,
) {
  return z.preprocess((value, context) => {
    const fault = check(value);
    if (fault) context.addIssue({ code: "custom", ...fault, input: value });
    return value;
  }, schema);
}

/**
 * Returns the fault of an object whose keys are data: too many keys, or `__proto__`, which zod
 * drops, so that a condition on that column would match everything.
 */
export function nameFault(
  value: unknown,
  { most, names: noun = "names" }: { most: number; names?: string },
): Fault | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const names = Object.keys(value);
  if (names.length > most) return { path: [], message: `has at most ${most} ${noun}` };
  return names.includes("__proto__")
    ? { path: ["__proto__"], message: "is not allowed as a name" }
    : undefined;
}
