import { assertEquals } from "@std/assert";
import { mutantsOf, mutated } from "./mutants.ts";

/** Returns the operators and mutated texts of a text. */
function mutantsIn(text: string): [string, string][] {
  return mutantsOf("x.ts", text).map((mutant) => [mutant.operator, mutated(text, mutant)]);
}

Deno.test("comparisons are flipped and moved by one, logic is exchanged", () => {
  assertEquals(mutantsIn("const a = b === c;"), [["comparison", "const a = b !== c;"]]);
  assertEquals(mutantsIn("const a = b < c;"), [
    ["comparison", "const a = b <= c;"],
    ["comparison", "const a = b >= c;"],
  ]);
  assertEquals(mutantsIn("const a = b && c;"), [["logic", "const a = b || c;"]]);
});

Deno.test("conditions are negated, and statements without an else are removed", () => {
  assertEquals(mutantsIn("if (a) b();"), [
    ["statement", ";"],
    ["condition", "if (!(a)) b();"],
    ["statement", "if (a) ;"],
  ]);
  assertEquals(mutantsIn("const a = b ? c : d;"), [["condition", "const a = !(b) ? c : d;"]]);
  assertEquals(mutantsIn("if (a) b(); else throw c;").map(([operator]) => operator), [
    ...["condition", "statement", "statement"],
  ]);
});

Deno.test("literals are changed where they are values", () => {
  assertEquals(mutantsIn('const a = { "b-c": "d", e: true, 7: "" };'), [
    ["string", 'const a = { "b-c": "", e: true, 7: "" };'],
    ["boolean", 'const a = { "b-c": "d", e: false, 7: "" };'],
    ["string", 'const a = { "b-c": "d", e: true, 7: "x" };'],
  ]);
  assertEquals(mutantsIn("const a = { b: 1_000 };"), [["number", "const a = { b: 1001 };"]]);
});

Deno.test("types, imports and documentation are left alone", () => {
  assertEquals(mutantsIn('import a from "b"; type C = "d"; interface E { f: true }'), []);
  assertEquals(mutantsIn('const a: "b" = c as 7; export { a } from "d";'), []);
  assertEquals(mutantsIn('const a = { summary: "b", description: c ? "d" : "e" };'), []);
});

Deno.test("descriptions, schema names and the order of a set are no behaviour", () => {
  assertEquals(mutantsIn('const a = answer("Changed", b);').map(([operator]) => operator), [
    "arguments",
  ]);
  assertEquals(mutantsIn('const a = b.openapi("Name"); const description = "c" + "d";'), []);
  assertEquals(mutantsIn('const a = problemResponses("conflict", "not_found");'), [
    ["string", 'const a = problemResponses("", "not_found");'],
    ["string", 'const a = problemResponses("conflict", "");'],
  ]);
  assertEquals(mutantsIn('const a = c.json("b");'), [["string", 'const a = c.json("");']]);
});

Deno.test("results are taken away, awaits dropped, arguments exchanged", () => {
  assertEquals(mutantsIn("function a() { return b; }"), [
    ["return", "function a() { return undefined as never; }"],
  ]);
  assertEquals(mutantsIn("const a = () => b;"), [[
    "return",
    "const a = () => undefined as never;",
  ]]);
  assertEquals(mutantsIn("const a = await b;"), [["await", "const a = b;"]]);
  assertEquals(mutantsIn("const a = b(c, d, e);"), [["arguments", "const a = b(d, c, e);"]]);
  assertEquals(mutantsIn("const a = b(c, c);"), []);
});

Deno.test("a mutant knows its line", () => {
  const [mutant] = mutantsOf("x.tsx", "\n\nconst a = <b>{c}</b> && !d;\n");
  assertEquals([mutant.line, mutant.operator], [3, "logic"]);
});
