/** Checks of JSON that come before a schema's own, so that none of it is passed by or takes long. */
import { z } from "@hono/zod-openapi";

/** Where a value is at fault, and why. */
export interface Fault {
  path: PropertyKey[];
  message: string;
}

/** A schema behind a check that names one fault at most: the schema sees what has none. */
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
 * The fault of an object whose names are data: zod passes `__proto__` by, so that a condition of
 * that name would hold for everything.
 */
export function nameFault(
  value: unknown,
  { most, names: noun = "names" }: { most: number; names?: string },
): Fault | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const names = Object.keys(value);
  if (names.length > most) return { path: [], message: `has at most ${most} ${noun}` };
  return names.includes("__proto__")
    ? { path: ["__proto__"], message: "is no name that can be used here" }
    : undefined;
}
