/**
 * Checks that docs/asvs.md covers each level 1 requirement of ASVS 5.0.0, and that the files it
 * names exist.
 */
import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { fromFileUrl, join } from "@std/path";
import type { OpenApi } from "../testing/api.ts";
import { sourceFiles } from "../testing/source_files.ts";
import { startSystem } from "../testing/system.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const read = (path: string) => Deno.readTextFile(join(ROOT, path));

/** The level 1 requirements of ASVS 5.0.0. */
const LEVEL_1 = [
  ...["1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.3.1", "1.3.2", "1.5.1"],
  ...["2.1.1", "2.2.1", "2.2.2", "2.3.1"],
  ...["3.2.1", "3.2.2", "3.3.1", "3.4.1", "3.4.2", "3.5.1", "3.5.2", "3.5.3"],
  ...["4.1.1", "4.4.1", "5.2.1", "5.2.2", "5.3.1", "5.3.2"],
  ...["6.1.1", "6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5", "6.2.6", "6.2.7", "6.2.8"],
  ...["6.3.1", "6.3.2", "6.4.1", "6.4.2"],
  ...["7.2.1", "7.2.2", "7.2.3", "7.2.4", "7.4.1", "7.4.2"],
  ...["8.1.1", "8.2.1", "8.2.2", "8.3.1", "9.1.1", "9.1.2", "9.1.3", "9.2.1"],
  ...["10.4.1", "10.4.2", "10.4.3", "10.4.4", "10.4.5", "11.3.1", "11.3.2", "11.4.1"],
  ...["12.1.1", "12.2.1", "12.2.2", "13.4.1", "14.2.1", "14.3.1", "15.1.1", "15.2.1", "15.3.1"],
];

Deno.test("each requirement of level 1 has its row, with a test or a reason", async () => {
  const [level1] = (await read("docs/asvs.md")).split("## Level 2");
  const rows = level1.split("\n").filter((line) => /^\| \d/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()).slice(1, -1));
  assertEquals(rows.map(([number]) => number), LEVEL_1);
  for (const [number, state, where, shown] of rows) {
    assert(["met", "partly", "operator", "n/a"].includes(state), `${number} is ${state}`);
    assert(where.length > 10, `${number} has no reason`);
    assert(!["met", "partly"].includes(state) || shown, `${number} is shown by nothing`);
  }
});

Deno.test("the files that the pages on security name exist", async () => {
  for (const page of ["docs/asvs.md", "docs/threat_model.md", "docs/operating.md", "SECURITY.md"]) {
    const text = await read(page);
    for (const [, path] of text.matchAll(/`((?:\.?[\w-]+\/)+[\w.-]+)`/g)) {
      if (path.includes(".")) assert(existsSync(join(ROOT, path)), `${page} names ${path}`);
    }
    for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      assert(existsSync(join(ROOT, page, "..", link)), `${page} links to ${link}`);
    }
  }
});

Deno.test("the dashboard inserts no HTML, and its password fields have type and autocomplete", async () => {
  let passwords = 0;
  for (const path of sourceFiles("web").filter((path) => path.endsWith(".tsx"))) {
    const text = await read(path);
    assertEquals(/dangerouslySetInnerHTML|innerHTML|onPaste/.test(text), false, path);
    for (const [field] of text.matchAll(/<Field[^>]*name="\w*password"[^]*?\/>/g)) {
      passwords++;
      assert(/type="password"/.test(field) && /autocomplete="[\w-]+-password"/.test(field), path);
    }
  }
  assert(passwords >= 5, `only ${passwords} found`);
});

Deno.test("the image excludes the history of the checkout, and remediation times are documented", async () => {
  assert((await read(".dockerignore")).split("\n").includes(".git"));
  assert(/\bdays\b/.test(await read("SECURITY.md")));
});

Deno.test("every route requires a login or a key except the listed ones, and none takes a secret in its URL", async () => {
  const OPEN = ["POST /signup", "POST /login", "POST /refresh", "POST /logout", "GET /airec.js"];
  await using system = await startSystem();
  const open: string[] = [];
  for (const name of ["auth", "recommender", "webhooks"] as const) {
    const document: OpenApi = await (await fetch(`${system.at[name]}/openapi.json`)).json();
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        for (const parameter of operation.parameters ?? []) {
          assertEquals(/token|secret|password|api_key/.test(parameter.name), false, path);
        }
        const address = path.replace(/\{\w+\}/g, "1");
        const answer = await fetch(system.at[name] + address, { method: method.toUpperCase() });
        await answer.body?.cancel();
        const known = `${method.toUpperCase()} ${path}`;
        if (OPEN.includes(known)) open.push(known);
        else assertEquals(answer.status, 401, known);
      }
    }
  }
  assertEquals(open.toSorted(), OPEN.toSorted());
});
