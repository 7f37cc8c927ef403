import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { allSourceFiles } from "../testing/source_files.ts";
import { circles, folderCircles, importsOf, violations } from "../testing/architecture.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

const FILES = allSourceFiles();
const TEXTS = new Map(FILES.map((file) => [file, Deno.readTextFileSync(join(ROOT, file))]));

Deno.test("every file imports only what it may", () => {
  assert(FILES.length > 50, `only ${FILES.length} files were found`);
  const faults = [...TEXTS].flatMap(([file, text]) => violations(file, text));
  assertEquals(faults, [], faults.join("\n"));
});

Deno.test("no file imports itself indirectly", () => {
  const found = circles(TEXTS).map((circle) => circle.join(" → "));
  assertEquals(found, [], found.join("\n"));
});

Deno.test("no folder imports itself indirectly", () => {
  const found = folderCircles(TEXTS).map((circle) => circle.join(" → "));
  assertEquals(found, [], found.join("\n"));
});

Deno.test("import cycles of folders are found, without entry points and tests", () => {
  const texts = new Map([
    ["ops/a.ts", 'import { b } from "./backup/b.ts";'],
    ["ops/backup/b.ts", 'import { d } from "../home/d.ts";'],
    ["ops/home/d.ts", 'import type { A } from "../a.ts";'],
    ["ops/main.ts", 'import { d } from "./setup/d.ts";'],
    ["ops/setup/d.ts", 'import { a } from "../a.ts";'],
    ["ops/a_test.ts", 'import { e } from "./setup/d.ts";'],
  ]);
  assertEquals(folderCircles(texts), [["ops", "ops/backup", "ops/home", "ops"]]);
});

Deno.test("no folder holds more than 40 files", () => {
  const folders = [...Map.groupBy(FILES, dirname)];
  const large = folders.filter(([, files]) => files.length > 40).map(([folder]) => folder);
  assertEquals(large, []);
});

Deno.test("an import cycle is found, also by types; a thread may import its starter", () => {
  const texts = new Map([
    ["dev/a.ts", 'import { b } from "./b.ts";\nimport { c } from "./c.ts";'],
    ["dev/b.ts", 'import type { C } from "./c.ts";'],
    ["dev/c.ts", 'import { b } from "./b.ts";\nnew Worker(new URL("./d.ts", import.meta.url));'],
    ["dev/d.ts", 'import type { C } from "./c.ts";'],
  ]);
  assertEquals(circles(texts), [["dev/b.ts", "dev/c.ts", "dev/b.ts"]]);
});

/** Files that break a rule, and a part of the expected message. */
const BROKEN: [string, string, string][] = [
  ["functions/auth/app.ts", 'import { x } from "../webhooks/app.ts";', "over HTTP"],
  ["functions/auth/app.ts", 'import type { X } from "../recommender/app.ts";', "over HTTP"],
  ["functions/auth/app_test.ts", 'import { x } from "../webhooks/app.ts";', "over HTTP"],
  [
    "functions/http/service/health.ts",
    'import { x } from "../../auth/users.ts";',
    "imports itself",
  ],
  ["functions/auth/app.ts", 'import { x } from "../../dev/ports.ts";', "imports itself"],
  ["functions/auth/users.ts", 'import { x } from "../../testing/users.ts";', "by tests alone"],
  ["functions/auth/users.ts", 'import { x } from "node:fs";', "`node:` is for"],
  ["functions/auth/users.ts", "const x = Deno.env;", "`Deno.` stands only"],
  ["web/api/session.ts", "Deno.env;", "`Deno.` stands only"],
  ["functions/recommender/model/rank.ts", 'import { z } from "zod";', "nothing outside"],
  ["functions/recommender/model/rank.ts", 'export * from "../csv/csv.ts";', "nothing outside"],
  ["functions/recommender/files/a.ts", 'await import("../projects.ts")', "nothing outside"],
  ["functions/recommender/app.ts", 'import "../../worker-trainer/a.ts";', "bench imports worker"],
  ["dev/main.ts", 'import { x } from "../worker-trainer/a.ts";', "bench imports worker"],
  [
    "worker-trainer/train.ts",
    'import {\n  a,\n  b,\n} from "../functions/recommender/app.ts";',
    "worker-trainer imports",
  ],
  ["worker-trainer/train.ts", 'import { x } from "../functions/http/problem.ts";', "alone"],
  ["web/api/api.ts", 'import { app } from "../../functions/auth/app.ts";', "web imports types"],
  [
    "web/api/api.ts",
    'import type { U } from "../../functions/auth/users.ts";',
    "web imports types",
  ],
  ["web/app.tsx", 'const w = new URL("../dev/x.ts", import.meta.url);', "web imports types"],
];

for (const [path, text, words] of BROKEN) {
  Deno.test(`${path} may not: ${text.replaceAll("\n", " ")}`, () => {
    const faults = violations(path, text);
    assertEquals(faults.length, 1, `found ${JSON.stringify(faults)}`);
    assert(faults[0].startsWith(`${path}: `) && faults[0].includes(words), faults[0]);
  });
}

const ALLOWED: [string, string][] = [
  ["functions/auth/app.ts", 'import { x } from "../http/problem.ts";'],
  ["functions/auth/deno.ts", 'import { x } from "node:dns"; Deno.env;'],
  ["functions/auth/app_test.ts", 'import { x } from "../../testing/database.ts"; Deno.test;'],
  ["functions/recommender/blobs/disk.ts", "Deno.open;"],
  ["functions/http/outgoing/pinned_request.ts", 'import { request } from "node:https";'],
  ["functions/recommender/model/rank.ts", 'import { x } from "./model.ts";'],
  ["functions/recommender/model/rank.ts", 'import { x } from "../text/same_title.ts";'],
  ["functions/recommender/model/rank.ts", "/**\n * Not in `Deno.` or from node.\n */\n// Deno.env"],
  ["worker-trainer/train.ts", 'import { x } from "../functions/recommender/model/rank.ts";'],
  ["web/api/api.ts", 'import type { App } from "../../functions/auth/app.ts";'],
  ["web/api/api.ts", 'import { type App } from "../../functions/auth/app.ts";'],
  [
    "web/upload/reader.ts",
    'import { x } from "../../functions/recommender/files/dialect/describe.ts";',
  ],
  ["bench/train.ts", 'import { train } from "../worker-trainer/tuning/train_model.ts";'],
  ["ops/queue.ts", 'import { x } from "../worker-trainer/queue/turns.ts";'],
  [
    "worker-trainer/tuning/train_model_quality.ts",
    'import { part } from "../testing/runner/optional_parts.ts";',
  ],
  ["web/vite.config.ts", 'const s = () => import("../samples/films.ts");'],
];

for (const [path, text] of ALLOWED) {
  Deno.test(`${path} may: ${text.replaceAll("\n", " ")}`, () => {
    assertEquals(violations(path, text), []);
  });
}

Deno.test("imports are found in every form, and none in comments", () => {
  const text = `
    import a, { type B } from "./a.ts";
    import type { C } from '../c.ts';
    export * from "zod";
    import "./side.ts";
    const d = await import("./d.ts");
    const worker = new Worker(new URL("./thread.ts", import.meta.url), { type: "module" });
    // import { no } from "./no.ts";
    /* import { no } from "./no.ts"; */
  `;
  assertEquals(importsOf("web/trial/x.ts", text), [
    { target: "web/trial/a.ts", typeOnly: false },
    { target: "web/c.ts", typeOnly: true },
    { target: "zod", typeOnly: false },
    { target: "web/trial/side.ts", typeOnly: false },
    { target: "web/trial/d.ts", typeOnly: false },
    { target: "web/trial/thread.ts", typeOnly: false, byUrl: true },
  ]);
});
