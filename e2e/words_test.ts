/** Checks the rules of CONTRIBUTING's "Words" that a program can check. */
import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { allSourceFiles } from "../testing/source_files.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const OPENING = /\/\*\*\s*(?:\*\s*)?((?:What|Who|Whoever|Somebody|Nobody|Anybody|Where)\b[^\n]*)/g;

Deno.test("docblocks open with an imperative verb or a noun", () => {
  const faults = allSourceFiles().flatMap((path) =>
    [...Deno.readTextFileSync(join(ROOT, path)).matchAll(OPENING)]
      .map(([, opening]) => `${path}: ${opening}`)
  );
  assertEquals(faults, [], faults.join("\n"));
});
