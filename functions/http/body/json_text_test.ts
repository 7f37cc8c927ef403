import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  jsonValue,
  jsonValueSteps,
  LONGEST_TEXT,
  MOST_ENTRIES,
  MOST_LEVELS,
  MOST_MEMBERS,
} from "./json_text.ts";
import { SLICE_UNITS } from "../load/lane.ts";
import { Problem } from "../problem.ts";
import { mulberry32 } from "../../../testing/seeded_random.ts";

/** Returns the value, and the highest cost of a step. */
function read(text: string): { value: unknown; most: number } {
  const steps = jsonValueSteps(text);
  for (let most = 0;;) {
    const { done, value } = steps.next();
    if (done) return { value, most };
    most = Math.max(most, value);
  }
}

/** Returns a nested JSON text whose longest parts exceed a piece. */
function textOf(random: () => number, depth = 0): string {
  const blank = [" ", "\n", "\t", "", "", ""][Math.floor(random() * 6)];
  const kind = random();
  if (depth > 4 || (depth > 1 && kind < 0.3)) {
    return blank +
      [
        "1",
        "-2.5e3",
        "null",
        "true",
        '"a\\"]},[\\\\"',
        '""',
        "[]",
        "{ }",
        `"${"x".repeat(9_000)}"`,
      ][
        Math.floor(random() * 9)
      ] + blank;
  }
  const count = Math.floor(random() * (depth === 0 ? 12 : 8));
  const entries = Array.from({ length: count }, () => textOf(random, depth + 1));
  if (kind < 0.65) return `${blank}[${entries.join(`${blank},`)}${blank}]${blank}`;
  const names = ['"a"', '"b,]"', '"__proto__"', '"constructor"', '"7"', '"\\u0061"'];
  const members = entries.map((entry) =>
    `${blank}${names[Math.floor(random() * 6)]}${blank}:${entry}`
  );
  return `${blank}{${members.join(",")}${blank}}`;
}

Deno.test("a text parsed in pieces has the same value as by JSON.parse, or is an error for both", () => {
  const random = mulberry32(7);
  const seen = { long: 0, broken: 0 };
  for (let i = 0; i < 150; i++) {
    let text = textOf(random);
    if (i % 2 === 1) {
      const at = Math.floor(random() * text.length);
      const put = [",", "]", "}", "[", '"', "x", "1", ""][Math.floor(random() * 8)];
      text = text.slice(0, at) + put + text.slice(at + Math.floor(random() * 2));
    }
    let expected: unknown;
    try {
      expected = JSON.parse(text);
    } catch {
      assertThrows(() => read(text), SyntaxError);
      seen.broken++;
      continue;
    }
    const { value } = read(text);
    assertEquals(JSON.stringify(value), JSON.stringify(expected));
    assertEquals(JSON.stringify(jsonValue(text)), JSON.stringify(expected));
    if (text.length > 32 * 1024) seen.long++;
  }
  assert(seen.long > 10 && seen.broken > 10, JSON.stringify(seen));
});

Deno.test("a missing or surplus entry between pieces is a syntax error", () => {
  const long = `[${"1,".repeat(20_000)}1]`;
  for (
    const text of [
      `[${long},]`,
      `[,${long}]`,
      `[${long} 1]`,
      `[${long}${long}]`,
      `${long}${long}`,
      `${long},`,
      `1${long}`,
      `${long}x`,
      `{"a":${long},}`,
      `{${long}:1}`,
      `{"a" ${long}}`,
      `{"a":1 "b":${long}}`,
      `[${"1,".repeat(40_000)}]`,
      `[${long}`,
      `${long.slice(0, -1)}}`,
    ]
  ) {
    assertThrows(() => JSON.parse(text), SyntaxError);
    assertThrows(() => read(text), SyntaxError, undefined, text.slice(0, 20));
  }
});

Deno.test("no step is longer than a slice, for any text", () => {
  const rows = '{"user_id":123,"item_id":456,"rating":3.5},'.repeat(20_000);
  const names = Array.from({ length: 1_000 }, (_, i) => `"k${i}":"${"x".repeat(300)}"`).join(",");
  for (
    const text of [`{"rows":[${rows}0]}`, `{"a":{"b":{${names}}}}`, `[${"{},".repeat(49_000)}0]`]
  ) {
    const { value, most } = read(text);
    assertEquals(JSON.stringify(value), text);
    assert(most <= SLICE_UNITS, `${most} units`);
  }
});

Deno.test("JSON above a limit of nesting, entries or string length is rejected with the limit", () => {
  const refused = (text: string, limit: string) => {
    for (const attempt of [() => read(text), () => jsonValue(text)]) {
      const problem = assertThrows(attempt, Problem, limit);
      assertEquals([problem.code, problem.extras.errors?.[0].pointer], ["invalid_input", "/"]);
    }
  };
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  assertEquals(JSON.stringify(jsonValue(nested(MOST_LEVELS))), nested(MOST_LEVELS));
  refused(nested(MOST_LEVELS + 1), String(MOST_LEVELS));
  refused("[".repeat(500_000), String(MOST_LEVELS));
  refused('{"a":'.repeat(100_000), String(MOST_LEVELS));
  refused(`[${"1,".repeat(MOST_ENTRIES)}1]`, String(MOST_ENTRIES));
  const members = Array.from({ length: MOST_MEMBERS + 1 }, (_, i) => `"k${i}":1`).join(",");
  refused(`[{${members}}]`, String(MOST_MEMBERS));
  refused(`{"a":"${"x".repeat(LONGEST_TEXT + 1)}"}`, String(LONGEST_TEXT));
  assertEquals(jsonValue(`"${"[".repeat(1_000)}"`), "[".repeat(1_000));
});

Deno.test("a number beyond 2⁵³ or too large for a double keeps its digits, as a string", () => {
  const long = `[${"7,".repeat(40_000)}12345678901234567890]`;
  assertEquals((read(long).value as unknown[]).at(-1), "12345678901234567890");
  const cases: [string, unknown][] = [
    ['{"item_id":9007199254740993}', { item_id: "9007199254740993" }],
    ['{"item_id":9007199254740991}', { item_id: 9007199254740991 }],
    ['{"item_id":-9007199254740993}', { item_id: "-9007199254740993" }],
    ['{"history":[1,90071992547409931]}', { history: [1, "90071992547409931"] }],
    ['{"item_id":"9007199254740993"}', { item_id: "9007199254740993" }],
    ['{"a":0.1234567890123456789,"b":1e300}', { a: 0.1234567890123456789, b: 1e300 }],
    ['{"a":1e999,"b":[-1.5E+400, 1e308]}', { a: "1e999", b: ["-1.5E+400", 1e308] }],
    ['{"a":"1e999","b":"x-1e999"}', { a: "1e999", b: "x-1e999" }],
    ['{"__proto__":{"a":9007199254740993}}', JSON.parse('{"__proto__":{"a":"9007199254740993"}}')],
  ];
  for (const [text, value] of cases) {
    assertEquals(jsonValue(text), value, text);
    assertEquals(read(text).value, value, text);
  }
});
