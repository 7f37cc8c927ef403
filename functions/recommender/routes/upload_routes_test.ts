import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { type Client, testRecommender } from "../../../testing/recommender.ts";
import { PART_BYTES } from "../blobs/parts.ts";

const MIB = 1024 * 1024;
const ROW = new TextEncoder().encode("ann,1,4.5,1000\n");

/** Returns a file of rows that needs more than two parts. */
function ratings(bytes = 2 * PART_BYTES + 1_000): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(bytes);
  file.set(new TextEncoder().encode("u,i,r,tttttttt\n"));
  for (let at = ROW.length; at < bytes; at += ROW.length) {
    file.set(ROW.subarray(0, bytes - at), at);
  }
  return file;
}

const SCHEMA = '{"user_id": "u", "item_id": "i"}';
const hex = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const partOf = (file: Uint8Array<ArrayBuffer>, n: number) =>
  file.subarray((n - 1) * PART_BYTES, n * PART_BYTES);

async function putPart(
  client: Client,
  path: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  const response = await client.request(path, { method: "PUT", body, headers });
  return { status: response.status, body: await response.json() };
}

Deno.test("a file is uploaded in parts in any order, interrupted, resumed, and used for a project", async () => {
  await using service = await testRecommender({ uploadLimitBytes: 32 * MIB });
  const ann = await service.signUp("ann");
  const file = ratings();
  const begun = await ann.post("/uploads", { file_name: "ratings.csv", bytes: file.length });
  assertEquals(begun.status, 201);
  const { id } = begun.body;
  assertEquals(begun.headers.get("location"), `/uploads/${id}`);
  assertEquals(begun.body, {
    id,
    file_name: "ratings.csv",
    bytes: file.length,
    part_bytes: PART_BYTES,
    part_count: 3,
    parts: [],
    complete: false,
    created_at: begun.body.created_at,
    expires_at: begun.body.expires_at,
  });

  const third = { n: 3, bytes: 1_000, sha256: hex(partOf(file, 3)) };
  const sent = await putPart(ann, `/uploads/${id}/3`, partOf(file, 3));
  assertEquals(sent, { status: 200, body: third });
  await putPart(ann, `/uploads/${id}/1`, partOf(file, 1));
  const broken = new ReadableStream({
    pull(controller) {
      controller.enqueue(partOf(file, 2).slice(0, 1_000));
      controller.error(new Error("the line broke"));
    },
  });
  // Over a real connection there is no client left to respond to.
  const cut = await ann.request(`/uploads/${id}/2`, { method: "PUT", body: broken })
    .catch(() => null);
  if (cut) assertEquals([cut.status, (await cut.json()).code], [400, "malformed_request"]);

  // After the interruption: which parts are missing?
  const { body } = await ann.get(`/uploads/${id}`);
  assertEquals([body.parts.map(({ n }: { n: number }) => n), body.complete], [[1, 3], false]);
  const form = {
    project_name: "Films",
    interaction_upload_id: id,
    interaction_schema_json: SCHEMA,
  };
  const early = await ann.upload(form);
  assertEquals([early.status, early.body.code], [409, "conflict"]);
  assertStringIncludes(early.body.detail, "send the missing 1 of its 3 parts");

  // The same part several times concurrently, as from a client on an unreliable connection.
  const again = await Promise.all(
    [1, 2, 3].map(() => putPart(ann, `/uploads/${id}/2`, partOf(file, 2))),
  );
  assertEquals(again.map(({ status }) => status), [200, 200, 200]);
  assertEquals((await ann.get("/uploads")).body.map((u: { complete: boolean }) => u.complete), [
    true,
  ]);

  // An invalid form leaves the upload unchanged.
  const faulty = await ann.upload({ ...form, interaction_schema_json: '{"user_id": "who"}' });
  assertEquals([faulty.status, faulty.body.code], [422, "invalid_input"]);
  const made = await ann.upload(form);
  assertEquals([made.status, made.body.model_type], [201, "COLLABORATIVE"]);
  const [stored] = (await ann.get(`/project/${made.body.id}/status`)).body.files;
  assertEquals(
    [stored.file_name, stored.bytes, stored.sha256],
    ["ratings.csv", file.length, hex(file)],
  );
  const [name] = await service.blobs.list("uploads/");
  const blob = await service.blobs.get(name);
  assertEquals(hex(await new Response(blob!.stream).bytes()), hex(file));

  // The upload is consumed.
  assertEquals((await ann.get(`/uploads/${id}`)).status, 404);
  const twice = await ann.upload(form);
  assertEquals([twice.status, twice.body.errors[0].pointer], [422, "/interaction_upload_id"]);
  assertEquals([...await service.sql`select kind from recommender.erasures`], []);
});

Deno.test("further interactions can be uploaded in parts, and an upload is used once", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const interaction_file = new File(["u,i\nann,1\nbob,2\n"], "first.csv");
  const { body: { id } } = await ann.upload({
    project_name: "Films",
    interaction_file,
    interaction_schema_json: SCHEMA,
  });
  const file = new TextEncoder().encode("u,i\ncy,1\n");
  const { body: upload } = await ann.post("/uploads", { file_name: "more.csv", bytes: 9 });
  await putPart(ann, `/uploads/${upload.id}/1`, file);
  const add = async () => {
    const body = new FormData();
    body.set("interaction_upload_id", upload.id);
    const response = await ann.request(`/project/${id}/interactions`, { method: "POST", body });
    return { status: response.status, body: await response.json() };
  };
  const answers = await Promise.all([add(), add(), add()]);
  const statuses = answers.map(({ status }) => status).sort();
  assertEquals(statuses[0], 201);
  assert(statuses.slice(1).every((status) => status === 409 || status === 422), `${statuses}`);
  const { files } = (await ann.get(`/project/${id}/status`)).body;
  assertEquals(files.map((f: { file_name: string }) => f.file_name), ["first.csv", "more.csv"]);

  const both = await ann.upload({
    project_name: "Films",
    interaction_file,
    interaction_upload_id: upload.id,
    interaction_schema_json: SCHEMA,
  });
  assertEquals([both.status, both.body.errors[0].pointer], [422, "/interaction_upload_id"]);
});

Deno.test("errors of an upload or a part are reported", async () => {
  await using service = await testRecommender({ uploadLimitBytes: 10 * MIB });
  const ann = await service.signUp("ann");
  const begin = (bytes: unknown) => ann.post("/uploads", { file_name: "a.csv", bytes });
  assertEquals((await begin(10 * MIB + 1)).body.code, "too_large");
  for (const bytes of [0, -1, 1.5, "9", null]) {
    assertEquals((await begin(bytes)).body.code, "invalid_input", String(bytes));
  }
  const file = ratings(PART_BYTES + 9);
  const { id } = (await begin(file.length)).body;
  const put = (n: number | string, bytes: Uint8Array<ArrayBuffer>, digest?: string) =>
    putPart(ann, `/uploads/${id}/${n}`, bytes, digest ? { "content-digest": digest } : {});
  for (const n of ["0", "3", "-1", "x", "1.5", "99999999999"]) {
    assertEquals((await put(n, partOf(file, 2))).status, 404, n);
  }
  assertEquals((await put(2, new Uint8Array(8))).body.code, "invalid_input");
  assertEquals((await put(2, new Uint8Array(10))).body.code, "too_large");
  const digest = (bytes: Uint8Array) =>
    `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;
  const spoilt = await put(2, partOf(file, 2), digest(partOf(file, 1)));
  assertEquals([spoilt.status, spoilt.body.errors[0].pointer], [422, "/content-digest"]);
  assertEquals((await put(2, partOf(file, 2), digest(partOf(file, 2)))).status, 200);
  const other = await put(2, new Uint8Array(9));
  assertEquals([other.status, other.body.code], [409, "conflict"]);

  for (let i = 1; i < 20; i++) assertEquals((await begin(1)).status, 201);
  assertEquals((await begin(1)).body.code, "conflict");
  assertEquals((await ann.send("DELETE", `/uploads/${id}`)).status, 204);
  assertEquals((await begin(1)).status, 201);
});

Deno.test("an upload is accessible only to its owner", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const bob = await service.signUp("bob");
  const { id } = (await ann.post("/uploads", { file_name: "a.csv", bytes: 9 })).body;
  const file = new TextEncoder().encode("u,i\ncy,1\n");
  assertEquals((await bob.get(`/uploads/${id}`)).status, 404);
  assertEquals((await putPart(bob, `/uploads/${id}/1`, file)).status, 404);
  assertEquals((await bob.send("DELETE", `/uploads/${id}`)).status, 404);
  assertEquals((await bob.get("/uploads")).body, []);
  assertEquals((await putPart(ann, `/uploads/${id}/1`, file)).status, 200);
  const taken = await bob.upload({
    project_name: "Mine",
    interaction_upload_id: id,
    interaction_schema_json: SCHEMA,
  });
  assertEquals([taken.status, taken.body.errors[0].pointer], [422, "/interaction_upload_id"]);
  assertEquals((await service.app.request(`/uploads/${id}`)).status, 401);
  assertEquals((await ann.get("/uploads/not-an-id")).status, 404);
});

Deno.test("an upload started twice under one Idempotency-Key is created once", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const begin = async () => {
    const answer = await ann.request("/uploads", {
      method: "POST",
      body: JSON.stringify({ file_name: "a.csv", bytes: 10 }),
      headers: { "content-type": "application/json", "idempotency-key": "a key" },
    });
    assertEquals(answer.status, 201);
    return await answer.json();
  };
  assertEquals((await begin()).id, (await begin()).id);
  assertEquals((await ann.get("/uploads")).body.length, 1);
});

Deno.test("an upload is recorded before its blob is started, and removed if that fails", async () => {
  await using service = await testRecommender();
  const { sql } = service;
  const ann = await service.signUp("ann");
  const [{ id: installation }] = await sql`select id from recommender.installation`;
  const begun = await ann.post("/uploads", { file_name: "a.csv", bytes: 9 });
  assertEquals(begun.status, 201);
  const [{ storage_path }] = await sql`select storage_path from recommender.uploads`;
  assertEquals(storage_path.split("/").slice(0, 2), ["uploads", installation]);

  // State after a process was killed in between: it expires, and no request can find it.
  await sql`update recommender.uploads set handle = null`;
  assertEquals((await ann.get("/uploads")).body, []);
  assertEquals((await ann.get(`/uploads/${begun.body.id}`)).status, 404);
  assertEquals((await putPart(ann, `/uploads/${begun.body.id}/1`, new Uint8Array(9))).status, 404);
});

Deno.test("uploads for a deleted account are rejected with 401, and nothing is stored", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  await service.sql`delete from auth.users`;
  assertEquals((await ann.post("/uploads", { file_name: "a.csv", bytes: 9 })).status, 401);
  const interaction_file = new File(["u,i\nann,1\n"], "a.csv");
  const sent = await ann.upload({
    ...{ project_name: "Films", interaction_file },
    interaction_schema_json: SCHEMA,
  });
  assertEquals(sent.status, 401);
  assertEquals(await service.blobs.list(""), []);
});
