/**
 * Sentences for the issues of schemas that have none of their own, as the end of "name: …". They
 * are zod's messages in every service, once this module is imported. They name the rule and the
 * kind of value that was sent, never the value: it may be a secret.
 */
import { z } from "zod";

type Issue = z.core.$ZodRawIssue;

/** Nouns by type, and the type's name in an issue. */
const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  set: "a list",
  object: "an object",
  record: "an object",
  map: "an object",
  null: "null",
  date: "a date",
  file: "a file",
  undefined: "left out",
  never: "left out",
};

/** Unit of a size, by the type of the value. */
const PARTS: Readonly<Record<string, string>> = {
  string: "character",
  array: "entry",
  tuple: "entry",
  set: "entry",
  map: "member",
  object: "member",
  record: "member",
  file: "byte",
};

/** Names of the formats of texts; any other is "of the expected form". */
const FORMATS: Readonly<Record<string, string>> = {
  email: "an email address",
  url: "a URL",
  uuid: "a UUID",
  guid: "a UUID",
  datetime: "a date and time as in 2024-01-31T18:00:00Z",
  date: "a date as in 2024-01-31",
  time: "a time as in 18:00:00",
  duration: "a duration as in P1DT2H",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  cidrv4: "a range of IPv4 addresses",
  cidrv6: "a range of IPv6 addresses",
  base64: "base64",
  base64url: "base64url",
  json_string: "JSON",
  jwt: "a JSON Web Token",
};

/** Returns the sentence of an issue. */
export function plainIssue(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return mustBe(kindOf(issue.expected), issue.input);
    case "invalid_value":
      return mustBe(oneOf(issue.values.map(shown)), issue.input);
    case "too_big":
      return sized(issue, { limit: issue.maximum, isMost: true });
    case "too_small":
      return sized(issue, { limit: issue.minimum, isMost: false });
    case "invalid_format":
      return formed(issue);
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `has members that are not known here: ${issue.keys.slice(0, MOST_NAMED).join(", ")}`;
    case "invalid_union":
      return united(issue);
    case "invalid_key":
      return `has a name that cannot be one: it ${issue.issues[0]?.message ?? "is not valid"}`;
    case "invalid_element":
      return `has an entry that cannot be one: it ${issue.issues[0]?.message ?? "is not valid"}`;
    default:
      return "is not valid";
  }
}

z.config({ localeError: plainIssue });

const MOST_NAMED = 20;

/** Returns the noun of a type of zod. */
function kindOf(type: string): string {
  return KINDS[type] ?? `of type ${type}`;
}

function mustBe(what: string, sent: unknown): string {
  if (sent === undefined) return `is missing: it must be ${what}`;
  const kind = kindSent(sent);
  return kind === undefined || kind === what
    ? `must be ${what}`
    : `must be ${what}; what was sent is ${kind}`;
}

/** Returns the noun of what was sent; undefined if it is no value, as a text that is not a number. */
function kindSent(sent: unknown): string | undefined {
  if (typeof sent === "number" && Number.isNaN(sent)) return undefined;
  if (sent === null) return KINDS.null;
  if (Array.isArray(sent)) return KINDS.array;
  if (sent instanceof Blob) return KINDS.file;
  return KINDS[typeof sent];
}

/** Returns the sentence of a limit of a number, or of the size of anything else. */
function sized(
  { origin, inclusive = true, exact, input }: Extract<Issue, { code: "too_big" | "too_small" }>,
  { limit, isMost }: { limit: number | bigint; isMost: boolean },
): string {
  const part = PARTS[origin];
  const bound = exact
    ? ""
    : inclusive
    ? isMost ? "at most " : "at least "
    : isMost
    ? "less than "
    : "more than ";
  if (part === undefined) {
    if (origin === "date") return `must be ${isMost ? "no later" : "no earlier"} than the limit`;
    return `must be ${bound}${limit}`;
  }
  if (!isMost && !exact && inclusive && Number(limit) === 1) {
    return origin === "string" ? "must not be empty" : `must have at least one ${part}`;
  }
  const size = sizeOf(input);
  return `must have ${bound}${counted(limit, part)}` +
    (size === undefined ? "" : `; what was sent has ${size}`);
}

function sizeOf(input: unknown): number | undefined {
  if (typeof input === "string" || Array.isArray(input)) return input.length;
  if (input instanceof Blob || input instanceof Set || input instanceof Map) return input.size;
  return undefined;
}

function counted(count: number | bigint, part: string): string {
  if (Number(count) === 1) return `${count} ${part}`;
  return `${count} ${part.endsWith("y") ? `${part.slice(0, -1)}ies` : `${part}s`}`;
}

function formed(issue: Extract<Issue, { code: "invalid_format" }>): string {
  const { format, prefix, suffix, includes } = issue as
    & typeof issue
    & Partial<Record<"prefix" | "suffix" | "includes", string>>;
  if (format === "starts_with") return `must begin with "${prefix}"`;
  if (format === "ends_with") return `must end with "${suffix}"`;
  if (format === "includes") return `must contain "${includes}"`;
  const name = FORMATS[format];
  if (name !== undefined) return `must be ${name}`;
  return issue.pattern ? `must be of the form ${issue.pattern}` : "is not of the expected form";
}

/** Returns the sentence of the alternatives: of the only one of the right type, or of all types. */
function united(issue: Extract<Issue, { code: "invalid_union" }>): string {
  const { errors = [], options = [], input } = issue as typeof issue & { options?: unknown[] };
  if (options.length > 0) return `must be ${oneOf(options.map(shown))}`;
  const first = errors.map(([inner]) => inner).filter((inner) => inner !== undefined);
  const isOfType = (inner: z.core.$ZodIssue) =>
    inner.code !== "invalid_type" || inner.path.length > 0;
  const near = first.filter(isOfType);
  if (near.length === 0 && first.length > 0) {
    const kinds = first.map((inner) => kindOf((inner as { expected: string }).expected));
    return mustBe(oneOf([...new Set(kinds)]), input);
  }
  const sentences = near.map(({ path, message }) =>
    path.length > 0 ? `"${path.map(String).join(".")}" ${message}` : message
  );
  return sentences.length > 0 ? [...new Set(sentences)].join(", or ") : "is not valid";
}

function oneOf(words: readonly string[]): string {
  const named = words.slice(0, MOST_NAMED);
  if (named.length < words.length) named.push("others");
  if (named.length < 2) return named.join("");
  return `${named.slice(0, -1).join(", ")} or ${named.at(-1)}`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
