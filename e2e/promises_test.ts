/** Checks that the tests named in docs/promises.md exist. */
import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

Deno.test("each promise names existing tests", () => {
  const text = Deno.readTextFileSync(join(ROOT, "docs/promises.md"));
  const promises = text.split("\n").filter((line) => /^\| (?!promise |test |-)/.test(line));
  assert(promises.length > 30, `${promises.length} promises`);
  for (const promise of promises) {
    const tests = promise.match(/[\w/.-]+_(test|chaos)\.ts/g) ?? [];
    assert(tests.length > 0, `no test is named: ${promise.slice(0, 100)}`);
    assertEquals(tests.filter((test) => !existsSync(join(ROOT, test))), []);
  }
});
