import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { sqlFunctions } from "../../../ops/database/sql_functions.ts";
import { sourceFiles } from "../../../testing/source_files.ts";
import { EVENT_TYPES } from "./events.ts";

const ROOT = fromFileUrl(new URL("../../../", import.meta.url));

Deno.test("docs/webhooks.md describes each type of event", async () => {
  const page = await Deno.readTextFile(`${ROOT}docs/webhooks.md`);
  const described = [...page.matchAll(/^\| `([a-z]+\.[a-z]+)` /gm)].map(([, type]) => type);
  assertEquals(described.sort(), [...EVENT_TYPES, "webhook.test"].sort());
});

Deno.test("each type that is emitted is listed, and each listed type is emitted", async () => {
  const texts = await sqlFunctions();
  const files = ["functions", "worker-trainer"].flatMap(sourceFiles)
    .filter((path) => !path.endsWith("_test.ts"));
  for (const file of files) texts.set(file, await Deno.readTextFile(ROOT + file));
  const emitted = new Set(["recommend.completed"]); // written by webhooks.note_completed
  for (const [file, text] of texts) {
    for (const [, type] of text.matchAll(/\bemit\([^;]*?["']([a-z]+\.[a-z]+)["']/g)) {
      assert((EVENT_TYPES as readonly string[]).includes(type), `${file} emits ${type}`);
      emitted.add(type);
    }
  }
  assertEquals([...emitted].sort(), [...EVENT_TYPES].sort());
});
