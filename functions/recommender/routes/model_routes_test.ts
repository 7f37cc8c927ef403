import { assert, assertEquals, assertMatch } from "@std/assert";
import { servingProject, waitingProject } from "../../../testing/project.ts";
import { type Client, testRecommender } from "../../../testing/recommender.ts";
import { until } from "../../../testing/until.ts";
import { encodeModel, MODEL, sha256Hex } from "../model/artifact/artifact.ts";
import { openModel } from "../model/device.ts";
import { exampleModel } from "../../../testing/example_model.ts";

/** Requests a file with the given headers. */
async function get(client: Client, path: string, headers: Record<string, string> = {}) {
  const response = await client.request(path, { headers });
  return {
    status: response.status,
    headers: response.headers,
    bytes: new Uint8Array(await response.arrayBuffer()),
  };
}

Deno.test("a model file is returned in full, in part, or as 304", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await servingProject(service, "COLLABORATIVE");
  const file = `${path}/model/model.safetensors`;
  const expected = (await encodeModel(exampleModel("COLLABORATIVE")))[MODEL];
  const whole = await get(ann, file);
  assertEquals([whole.status, whole.bytes], [200, expected]);
  assertEquals(whole.headers.get("content-length"), String(expected.length));
  assertEquals(whole.headers.get("content-type"), "application/octet-stream");
  assertEquals(whole.headers.get("accept-ranges"), "bytes");
  const etag = whole.headers.get("etag")!;
  assertEquals(etag, `"1-${(await sha256Hex(expected)).slice(0, 32)}"`);

  for (const tags of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
    const unchanged = await get(ann, file, { "if-none-match": tags });
    assertEquals([unchanged.status, unchanged.bytes.length], [304, 0], tags);
    assertEquals(unchanged.headers.get("etag"), etag);
  }
  const size = expected.length;
  const ranges: [string, number, number][] = [
    ["bytes=0-7", 0, 8],
    ["bytes=8-99", 8, 100],
    [`bytes=${size - 10}-`, size - 10, size],
    [`bytes=${size - 10}-${size + 100}`, size - 10, size],
    ["bytes=-10", size - 10, size],
    [`bytes=-${size + 10}`, 0, size],
  ];
  for (const [range, start, end] of ranges) {
    const part = await get(ann, file, { range });
    assertEquals([part.status, part.bytes], [206, expected.slice(start, end)], range);
    assertEquals(part.headers.get("content-range"), `bytes ${start}-${end - 1}/${size}`);
    assertEquals(part.headers.get("content-length"), String(end - start));
  }
  for (const range of [`bytes=${size}-`, `bytes=${size + 5}-${size + 9}`, "bytes=-0"]) {
    const { status, headers, bytes } = await get(ann, file, { range });
    assertEquals([status, headers.get("content-range")], [416, `bytes */${size}`], range);
    assertEquals(JSON.parse(new TextDecoder().decode(bytes)).code, "range_not_satisfiable");
  }
  for (const range of ["bytes=5-1", "items=0-1", "bytes=0-1,3-4"]) {
    assertEquals((await get(ann, file, { range })).status, 200, range);
  }
  const range = "bytes=0-7";
  assertEquals((await get(ann, file, { range, "if-range": etag })).status, 206);
  assertEquals((await get(ann, file, { range, "if-range": '"older"' })).status, 200);

  // The next version: the cached file is no longer current.
  await service.publish(id, exampleModel("COLLABORATIVE"));
  const next = await until(async () => {
    const { status, headers } = await get(ann, file, { "if-none-match": etag });
    return status === 200 && headers;
  });
  assertMatch(next.get("etag")!, /^"2-/);
});

Deno.test("an independent reader opens the model with the owner's token", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "HYBRID");
  const model = await openModel({
    url: `http://recommender.test${path}/model/`,
    fetch: (url, init) => ann.request(new URL(String(url)).pathname, init),
  });
  const asked = { item_title: "Heat", history: ["1"] };
  const { body } = await ann.post(`${path}/recommendations`, asked);
  assertEquals(model.recommend(asked).recommendations, body.recommendations);
});

Deno.test("the manifest is JSON with an ETag of its content", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "CONTENT");
  const manifest = await get(ann, `${path}/model/manifest.json`);
  assertEquals(manifest.headers.get("content-type"), "application/json");
  assertEquals(JSON.parse(new TextDecoder().decode(manifest.bytes)).format, "airec-model");
  const etag = manifest.headers.get("etag")!;
  assertEquals(etag, `"1-${(await sha256Hex(manifest.bytes)).slice(0, 32)}"`);
  const again = await get(ann, `${path}/model/manifest.json`, { "if-none-match": etag });
  assertEquals(again.status, 304);
});

Deno.test("an unknown file, or the model of another owner, is 404", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "CONTENT");
  const bob = await service.signUp("bob");
  for (
    const file of ["users.safetensors", "features.safetensors", "run.json", "..%2F..%2Findex.json"]
  ) {
    assertEquals((await get(ann, `${path}/model/${file}`)).status, 404, file);
  }
  assertEquals((await get(bob, `${path}/model/manifest.json`)).status, 404);
  assertEquals((await service.app.request(`${path}/model/manifest.json`)).status, 401);
});

Deno.test("a project without a model has no model files", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "CONTENT");
  assertEquals((await ann.get(`${path}/model/manifest.json`)).status, 409);
});

Deno.test("the owner gets the users' part, unless it contains an erased user", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "COLLABORATIVE");
  const file = `${path}/model/users.safetensors`;
  const users = await get(ann, file);
  assertEquals(users.status, 200);
  assert(new TextDecoder().decode(users.bytes).includes("ann"));
  await ann.send("DELETE", `${path}/users/ann`);
  const refused = await ann.get(file);
  assertEquals([refused.status, refused.body.code], [409, "conflict"]);
  assertEquals((await get(ann, `${path}/model/model.safetensors`)).status, 200);
  await service.sql`update recommender.erased_users set forgotten_at = now()`;
  assertEquals((await get(ann, file)).status, 200);
});
