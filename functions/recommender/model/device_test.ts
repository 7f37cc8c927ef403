import { assertEquals, assertRejects } from "@std/assert";
import { similarItems } from "./answer.ts";
import { encodeModel, FileMismatchError, MANIFEST, MODEL } from "./artifact/artifact.ts";
import { openModel } from "./device.ts";
import { exampleModel } from "../../../testing/example_model.ts";
import { describedModel } from "../../../testing/models/described_model.ts";
import type { Placement } from "./placements/placement.ts";
import { placementSteps } from "./placements/placement_steps.ts";
import { finished } from "./steps.ts";

type Bytes = Uint8Array<ArrayBuffer>;

function asFiles(files: Record<string, Bytes>): File[] {
  return Object.entries(files).map(([path, bytes]) => new File([bytes], path.split("/").at(-1)!));
}

/** Fake server of these files, one version per request; records the requests. */
function server(...versions: Record<string, Bytes>[]) {
  const asked: { url: string; headers: Headers }[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit) => {
    const files = versions[Math.min(asked.length, versions.length - 1)];
    asked.push({ url: String(url), headers: new Headers(init?.headers) });
    const bytes = files[`data/${String(url).split("/").at(-1)}`];
    return Promise.resolve(
      bytes ? new Response(bytes) : Response.json({ detail: "No such file." }, { status: 404 }),
    );
  };
  return { asked, fetch };
}

Deno.test("a model of files answers from an item, a history, or neither", async () => {
  const example = exampleModel("HYBRID");
  const model = await openModel({ files: asFiles(await encodeModel(example)) });
  assertEquals(model.manifest.items, 5);
  assertEquals(
    model.recommend({ history: ["1"], n: 2 }).recommendations,
    [{ item_id: "2", item_title: "Solaris", score: 1 }, {
      item_id: "04",
      item_title: "Alien",
      score: 0.5,
    }],
  );
  assertEquals(model.similar({ item_id: "2" }), similarItems(example, { item_id: "2" }));
  assertEquals(model.popular({ n: 1 })[0].item_id, "3");
  assertEquals(model.items({ q: "sol", limit: 1 }), [{ item_id: "3", item_title: "Solaris" }]);
  assertEquals(model.items().length, 5);
  assertEquals(model.item("2"), { item_id: "2", item_title: "Solaris", columns: {} });
  assertEquals([model.item("none"), model.columns()], [undefined, []]);
});

Deno.test("a placement has the same list on a device as in the service", async () => {
  const described = describedModel("HYBRID");
  const model = await openModel({ files: asFiles(await encodeModel(described)) });
  const rules: Placement = {
    logic: "for_you",
    filter: { not: { brand: "Acme" } },
    boost: [{ when: { price: { gte: 50 } }, times: 4 }],
    pins: [{ position: 2, item_id: "3" }],
  };
  const placement = { name: "home", version: 1, rules };
  const request = { history: ["1", "2"] };
  const { items: _, ...served } = finished(placementSteps(described, request, {
    ...{ placement, facts: { now: Date.now() } },
  }));
  assertEquals(model.placed(placement, request), served);
  assertEquals(served.recommendations.map(({ item_id }) => item_id), ["five", "3", "04"]);
  const trending: Placement = { logic: "trending" };
  const list = model.placed({ name: "rising", version: 1, rules: trending }, { n: 1 });
  assertEquals([list.fallback, list.recommendations[0].item_id], ["popular", "3"]);
});

Deno.test("users are not read, even if available: every user is unknown", async () => {
  const model = await openModel({
    files: asFiles(await encodeModel(exampleModel("COLLABORATIVE"))),
  });
  assertEquals(model.recommend({ user_id: "ann" }).fallback, "popular");
});

Deno.test("a model at an address is read with the key or token given", async () => {
  const files = await encodeModel(exampleModel("CONTENT"));
  const { asked, fetch } = server(files);
  await openModel({ url: "http://m.test/api/model/7", key: "k", fetch });
  await openModel({ url: "http://m.test/project/7/model/", token: "t", fetch });
  assertEquals(asked.map(({ url }) => url), [
    "http://m.test/api/model/7/manifest.json",
    "http://m.test/api/model/7/model.safetensors",
    "http://m.test/project/7/model/manifest.json",
    "http://m.test/project/7/model/model.safetensors",
  ]);
  assertEquals(asked.map(({ headers }) => headers.get("x-api-key")), ["k", "k", null, null]);
  assertEquals(asked[3].headers.get("authorization"), "Bearer t");
});

Deno.test("a version published between reading two files is read consistently", async () => {
  const old = exampleModel("CONTENT");
  const fresh = { ...old, items: { ...old.items, popularity: Uint32Array.of(9, 2, 5, 1, 4) } };
  const [first, second] = [await encodeModel(old), await encodeModel(fresh)];
  const { asked, fetch } = server(first, second);
  const model = await openModel({ url: "http://m.test/", fetch });
  assertEquals(asked.length, 4);
  assertEquals(
    model.manifest.sha256,
    JSON.parse(new TextDecoder().decode(second[MANIFEST])).sha256,
  );
});

Deno.test("a refusal has the server's message, and damaged files are detected", async () => {
  const files = await encodeModel(exampleModel("CONTENT"));
  const { asked, fetch } = server({});
  await assertRejects(() => openModel({ url: "http://m.test/", fetch }), Error, "No such file.");
  assertEquals(asked.length, 1);
  const damaged = { ...files, [MODEL]: files[MODEL].with(-1, 255) as Bytes };
  await assertRejects(() => openModel({ files: asFiles(damaged) }), FileMismatchError);
  const [manifest] = asFiles({ [MANIFEST]: files[MANIFEST] });
  await assertRejects(() => openModel({ files: [manifest] }), Error, "model.safetensors");
});
