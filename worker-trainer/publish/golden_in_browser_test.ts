import { assert, assertEquals } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import { buildModel } from "../../ops/deploy/build_model.ts";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { startBrowser } from "../../testing/browser/browser.ts";
import type * as device from "../../functions/recommender/model/device.ts";
import type { Golden, GoldenAnswer } from "../../functions/recommender/model/artifact/golden.ts";
import { artifactOf, chanceModel, type Files, writeFiles } from "../../testing/artifact.ts";

const TYPES = ["CONTENT", "COLLABORATIVE", "HYBRID"] as const;

/** Global of the page: the classic script's, or the module under the same name. */
declare const airec: typeof device;

function goldenOf(files: Files): Golden {
  return JSON.parse(new TextDecoder().decode(files["data/golden.json"]));
}

Deno.test({
  name: "in a browser airec-model.js reproduces every golden answer, as a script and as a module",
  ignore: ignoreWithout("chromium"),
  // Chromium's own pipes and timers outlive a step of the test.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const built = await buildModel();
    const folder = await Deno.makeTempDir({ prefix: "airec-golden-" });
    const artifacts = new Map<string, Files>();
    for (const type of TYPES) artifacts.set(type, await artifactOf(chanceModel(type, 21)));
    await using test = await startBrowser();
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        const [, type, file] = new URL(request.url).pathname.split("/");
        if (type === "airec-model.mjs") return script(built.module);
        const bytes = artifacts.get(type)?.[`data/${file}`];
        if (bytes) return new Response(bytes);
        return new Response("<!DOCTYPE html>", { headers: { "content-type": "text/html" } });
      },
    );
    const origin = `http://127.0.0.1:${server.addr.port}`;

    // A page from disk, whose visitor selects the files.
    await writeFiles(folder, {
      "airec-model.js": new Uint8Array(built.script),
      "index.html": new TextEncoder().encode(
        '<!DOCTYPE html><script src="airec-model.js"></script><input type="file" multiple>',
      ),
    });
    const fromDisk = await test.browser.newPage();
    await fromDisk.goto(toFileUrl(join(folder, "index.html")).href);
    for (const [type, files] of artifacts) {
      await writeFiles(join(folder, type), files);
      await fromDisk.setInputFiles(
        "input",
        ["manifest.json", "model.safetensors"].map((name) => join(folder, type, "data", name)),
      );
      const { answers } = goldenOf(files);
      const given = await fromDisk.evaluate(async (requests) => {
        const model = await airec.openModel({ files: document.querySelector("input")!.files! });
        return requests.map((request) => model.recommend(request).recommendations);
      }, answers.map(({ request }) => request));
      assertReproduced(given, answers);
    }

    // A page with a module from a server, offline when the requests come.
    const context = await test.browser.newContext();
    const served = await context.newPage();
    await served.goto(origin);
    for (const [type, files] of artifacts) {
      const { answers } = goldenOf(files);
      await context.setOffline(false);
      await served.evaluate(async ({ module, url }) => {
        const { openModel } = await import(module);
        Object.assign(globalThis, { opened: await openModel({ url }) });
      }, { module: `${origin}/airec-model.mjs`, url: `${origin}/${type}/` });
      await context.setOffline(true);
      const given = await served.evaluate((requests) => {
        const { opened } = globalThis as unknown as { opened: device.DeviceModel };
        return requests.map((request) => opened.recommend(request).recommendations);
      }, answers.map(({ request }) => request));
      assertReproduced(given, answers);
    }
    await Deno.remove(folder, { recursive: true });
  },
});

function script(bytes: Uint8Array): Response {
  const headers = { "content-type": "text/javascript; charset=utf-8" };
  return new Response(new Uint8Array(bytes), { headers });
}

function assertReproduced(
  given: { item_id: string; item_title: string; score: number }[][],
  golden: GoldenAnswer[],
): void {
  assert(golden.length >= 50);
  const plain = given.map((list) =>
    list.map(({ item_id, item_title, score }) => ({ item_id, item_title, score }))
  );
  assertEquals(plain, golden.map(({ answer }) => answer));
}

Deno.test("airec-model.js is small, and defines nothing but its own name", async () => {
  const { script, module } = await buildModel();
  assert(script.length < 58_000, `${script.length} bytes`);
  const text = new TextDecoder().decode(script);
  const names = new Function(`${text}; return Object.keys(airec);`)();
  assertEquals(names, ["openModel"]);
  const loaded = await import(`data:text/javascript,${
    encodeURIComponent(
      new TextDecoder().decode(module),
    )
  }`);
  assertEquals(Object.keys(loaded), ["openModel"]);
});
