/**
 * Generates invalid requests from an OpenAPI document: each is one of its operations with faulty
 * parts. Deterministic by seed.
 */
import { mulberry32 } from "../functions/recommender/model/seeded_random.ts";
import type { OpenApi, Operation, Schema } from "./api.ts";

/** A request for `fetch`. */
export interface FuzzedRequest {
  method: string;
  /** Path with query. */
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

export interface FuzzOptions {
  seed: number;
  count: number;
  /** Existing values by the names of parameters and members. */
  known: Record<string, string | number>;
  /** Excluded operations, such as "POST /logout-all". */
  except: string[];
}

/** Yields the requests, generated lazily. */
export function* fuzzedRequests(
  document: OpenApi,
  { seed, count, known, except }: FuzzOptions,
): Generator<FuzzedRequest> {
  const random = mulberry32(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => (
      { path, method: method.toUpperCase(), operation }
    ))
  ).filter(({ method, path }) => !except.includes(`${method} ${path}`));

  for (let i = 0; i < count; i++) {
    const { path, method, operation } = operations[i % operations.length];
    const headers: Record<string, string> = {};
    const request: FuzzedRequest = { method, path: pathOf(path, operation), headers };
    const body = bodyOf(operation);
    if (body !== undefined) {
      request.body = body.bytes;
      headers["content-type"] = body.type;
    }
    if (random() < 0.1) headers[pick(["range", "if-none-match", "cookie"])] = pick(HEADERS);
    if (random() < 0.1) headers["idempotency-key"] = pick(HEADERS);
    if (random() < 0.05) headers.authorization = `Bearer ${pick(HEADERS)}`;
    if (random() < 0.05) headers["x-api-key"] = pick(HEADERS);
    if (random() < 0.02) {
      for (let j = 0; j < 90; j++) headers[`x-flood-${j}`] = "f".repeat(80);
    }
    yield request;
  }

  function pathOf(template: string, { parameters = [] }: Operation): string {
    const path = template.replace(/\{(\w+)\}/g, (_, name) => {
      const value = known[name === "id" && template.startsWith("/api/") ? "app_id" : name] ??
        known.project_id;
      return random() < 0.6 ? String(value) : encodeText(pick(TEXTS));
    });
    const query = parameters.filter((parameter) => parameter.in === "query" && random() < 0.5)
      .map(({ name, schema }) => `${name}=${encodeText(String(textOf(valueOf(schema, name, 0))))}`);
    return query.length > 0 ? `${path}?${query.join("&")}` : path;
  }

  function bodyOf({ requestBody }: Operation) {
    const content = Object.entries(requestBody?.content ?? {});
    if (content.length === 0) return undefined;
    const [type, { schema }] = pick(content);
    const given = type === "multipart/form-data"
      ? `multipart/form-data; boundary=${pick(["b", "b", "b", "", "é".repeat(99)])}`
      : type;
    return {
      type: random() < 0.9 ? given : pick(TYPES),
      bytes: random() < 0.02 ? randomBytes() : brokenUp(textFor(type, schema)),
    };
  }

  function textFor(type: string, schema: Schema): string {
    if (type === "text/csv") return pick(CSVS);
    if (type === "multipart/form-data") {
      const fields = Object.keys(resolved(schema).properties ?? {}).filter(() => random() < 0.7);
      return fields.map((name) => part(name, textOf(valueOf({}, name, 0)))).join("") + "--b--\r\n";
    }
    if (random() < 0.1) return pick(JSONS);
    return JSON.stringify(valueOf(schema, "", 0));
  }

  function part(name: string, text: string): string {
    const file = name.endsWith("_file") ? `; filename="${pick(["a.csv", "..\\..\\a", "\0"])}"` : "";
    const content = file ? pick(CSVS) : random() < 0.5 ? '{"item_id":"id","user_id":"u"}' : text;
    return `--b\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
  }

  /** Returns a value: any, an existing one, or one that matches the schema's type. */
  function valueOf(schema: Schema, name: string, depth: number): unknown {
    if (random() < 0.3) return pick(VALUES);
    if (name in known && random() < 0.7) return known[name];
    const { type, properties, items, enum: choices } = resolved(schema);
    if (choices) return pick(choices);
    if (properties && depth < 4) {
      const entries = Object.entries(properties).filter(() => random() < 0.8)
        .map(([key, value]) => [key, valueOf(value, key, depth + 1)] as const);
      return Object.fromEntries(random() < 0.1 ? [...entries, ["__proto__", {}]] : entries);
    }
    switch (Array.isArray(type) ? pick(type) : type) {
      case "integer":
      case "number":
        return pick(NUMBERS);
      case "boolean":
        return random() < 0.5;
      case "array":
        return Array.from(
          { length: pick([0, 1, 3, 50]) },
          () => valueOf(items ?? {}, name, depth + 1),
        );
      default:
        return pick(TEXTS);
    }
  }

  function resolved(schema: Schema): Schema {
    const name = schema.$ref?.split("/").at(-1);
    return name ? document.components.schemas[name] : schema;
  }

  /** Returns the text unchanged, truncated, or with a character inserted. */
  function brokenUp(text: string): string {
    const at = Math.floor(random() * text.length);
    const chance = random();
    if (chance < 0.1) return text.slice(0, at);
    if (chance < 0.2) return text.slice(0, at) + pick(["\0", "\ud800", '"', "}"]) + text.slice(at);
    return text;
  }

  function randomBytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: 300 }, () => Math.floor(random() * 256));
  }
}

/** Percent-encodes a text; a lone surrogate is sent as invalid UTF-8. */
function encodeText(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return "%ED%A0%80%FF";
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

const TEXTS = [
  ...["", " ", "a", "0", "-1", "1e309", "NaN", "null", "true", "[object Object]"],
  ...["\0", "a\0b", "\ud800", "a\udc00", "\ufeff", "\u202e", "é\u0301", "👩‍👩‍👧", "ﷺ".repeat(50)],
  ...["__proto__", "constructor", "toString", "hasOwnProperty"],
  ...["'; drop table users; --", "' or 1=1 --", "${7*7}", "{{7*7}}", "<script>alert(1)</script>"],
  ...["../../etc/passwd", "..%2f..%2f", "%", "%00", "C:\\", "a/b", "//", ".", ".."],
  ...["9".repeat(40), "x".repeat(3_000), "\r\nset-cookie: a=b", "2024-02-30", "1970-01-01T00:00Z"],
];
const NUMBERS = [
  ...[0, -0, 1, -1, 10, 200, 0.1, 1e-320, 1.7e308, -1.7e308],
  ...[2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, 1e21],
];
const VALUES: unknown[] = [
  ...[null, true, [], {}, [[]], [null], { length: 1e9 }, { toString: 1 }, {
    __proto__: null,
    a: 1,
  }],
  ...TEXTS,
  ...NUMBERS,
];
const JSONS = [
  ...["", "{", "[", '"', "nul", "{}{}", "[1,]", "{'a':1}", "\ufeff{}", "1e999", "-", "0x1"],
  ...['"\\ud800"', '{"a":"\\u0000"}', '{"__proto__":{"admin":true}}', '{"a":1,"a":2}'],
  ...["[".repeat(20_000), "[".repeat(5_000) + "]".repeat(5_000), '{"a":'.repeat(10_000)],
  ...[`{"n":${"9".repeat(5_000)}}`, `"${"x".repeat(200_000)}"`],
];
const CSVS = [
  ...[
    "",
    "\n",
    "a",
    "id,u\n",
    "id,u\n1,2\n",
    '"',
    '"a\n',
    "a,a\n1,2",
    "\0\0\0",
    "\ufeffid,u\r1,2\r",
  ],
  ...["__proto__,id,u\n1,2,3\n", "id,u\n" + "1,".repeat(3_000), "u".repeat(50_000)],
];
const HEADERS = [
  ...["", "x", "a".repeat(4_000), "bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-,1-", '"', "*"],
  ...["a.b.c", "airec_live_" + "0".repeat(38), "é", "a=b; c", "__Host-airec_refresh=x"],
];
const TYPES = ["", "text/plain", "application/json; charset=utf-16", "x", "multipart/form-data"];
