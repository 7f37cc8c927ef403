import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FORMS, RATINGS } from "../../../testing/project.ts";
import { type Client, testRecommender } from "../../../testing/recommender.ts";
import { createAddresses } from "../addresses/addresses.ts";
import { parseRoots } from "../addresses/data_roots.ts";
import { diskData } from "../addresses/disk.ts";

const { interaction_schema_json } = FORMS.COLLABORATIVE;

/** Starts the service with a folder below which each account has its own. */
async function place() {
  await using stack = new AsyncDisposableStack();
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "airec-data-" }));
  stack.defer(() => Deno.remove(root, { recursive: true }));
  const addresses = createAddresses({
    roots: parseRoots(`file://${root}/{owner}/ *=s3://lake`),
    disk: diskData([]),
    s3: { endpoint: "http://127.0.0.1:1" },
    secretKey: new Uint8Array(32).fill(5),
  });
  const service = stack.use(await testRecommender({ addresses }));
  const kept = stack.move();
  return {
    ...{ root, service },
    /** Creates a user with a folder; returns its address. */
    async user(name: string) {
      const client = await service.signUp(name);
      const [{ id }] = await service.sql`select id from auth.users where name = ${name}`;
      await Deno.mkdir(`${root}/${id}`);
      return { client, folder: `${root}/${id}`, uri: `file://${root}/${id}/` };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const create = (client: Client, fields: Record<string, string | File>) =>
  client.upload({ project_name: "Films", ...fields });

Deno.test("a project is created from a folder of files, which stay there", async () => {
  await using at = await place();
  const { client, folder, uri } = await at.user("ann");
  await Deno.writeTextFile(`${folder}/1.csv`, RATINGS);
  await Deno.writeTextFile(`${folder}/2.csv`, RATINGS.replaceAll("ann", "cid"));
  const { status, body } = await create(client, {
    interaction_address: `${uri}*.csv`,
    interaction_schema_json,
  });
  assertEquals([status, body.model_type], [201, "COLLABORATIVE"]);
  const [file] = (await client.get(`/project/${body.id}/status`)).body.files;
  assertEquals([file.address, file.file_name, file.bytes], [
    `${uri}*.csv`,
    `${uri}*.csv`,
    2 * RATINGS.length,
  ]);
  const [name] = await at.service.blobs.list("uploads/");
  const list = await new Response((await at.service.blobs.get(name))!.stream).json();
  assertEquals(list.files.length, 2);
  const { interactions } = (await client.get(`/project/${body.id}/mappings`)).body;
  assertEquals(interactions.columns, ["userId", "movieId", "rating", "timestamp"]);
  const mended = { interactions: { user_id: "userId", item_id: "movieId" } };
  assertEquals((await client.send("PUT", `/project/${body.id}/mappings`, mended)).status, 202);
  await Deno.remove(`${folder}/1.csv`);
  await Deno.remove(`${folder}/2.csv`);
  assertEquals((await client.get(`/project/${body.id}/mappings`)).body.interactions, null);
  const lost = await client.send("PUT", `/project/${body.id}/mappings`, mended);
  assertEquals([lost.status, lost.body.errors[0].pointer], [422, "/interactions"]);
});

Deno.test("interactions at an address are added to a project", async () => {
  await using at = await place();
  const { client, folder, uri } = await at.user("ann");
  await Deno.writeTextFile(`${folder}/more.csv`, RATINGS);
  const { id } = (await client.upload(FORMS.COLLABORATIVE)).body;
  const form = new FormData();
  form.set("interaction_address", `${uri}more.csv`);
  const response = await client.request(`/project/${id}/interactions`, {
    method: "POST",
    body: form,
  });
  assertEquals(response.status, 201);
  const { files } = (await client.get(`/project/${id}/status`)).body;
  assertEquals(files.map(({ address }: { address: string | null }) => address), [
    null,
    `${uri}more.csv`,
  ]);
});

Deno.test("an address that may not be opened is named, and nothing is stored", async (t) => {
  await using at = await place();
  const ann = await at.user("ann");
  const bob = await at.user("bob");
  await Deno.writeTextFile(`${ann.folder}/1.csv`, RATINGS);
  await Deno.writeTextFile(`${ann.folder}/empty.csv`, "userId,movieId,rating\n");
  const cases: [string, Record<string, string | File>, string, string][] = [
    ["another's folder", { interaction_address: `${ann.uri}1.csv` }, "address", bob.uri],
    ["a path upwards", { interaction_address: `${bob.uri}../x` }, "address", '".."'],
    ["the machine", { interaction_address: "file:///etc/passwd" }, "address", bob.uri],
    ["metadata", { interaction_address: "http://169.254.169.254/" }, "address", "An address is"],
    ["no file", { interaction_address: `${bob.uri}1.csv` }, "address", "does not exist"],
    ["no access key", { interaction_address: "s3://lake/a.csv" }, "address", "data_keys_json"],
    [
      "with a file",
      { interaction_address: bob.uri, interaction_file: new File([RATINGS], "a.csv") },
      "address",
      "instead of a file",
    ],
  ];
  for (const [name, fields, field, words] of cases) {
    await t.step(name, async () => {
      const { status, body } = await create(bob.client, { ...fields, interaction_schema_json });
      assertEquals(status, 422);
      assertEquals(body.errors[0].pointer, `/interaction_${field}`);
      assertStringIncludes(body.errors[0].detail, words);
    });
  }
  await t.step("an access key that is none is not repeated", async () => {
    const { status, body } = await create(bob.client, {
      interaction_address: "s3://lake/a.csv",
      data_keys_json: '{"access_key_id": "a secret"}',
      interaction_schema_json,
    });
    assertEquals([status, body.errors[0].pointer], [422, "/data_keys_json"]);
    assert(!JSON.stringify(body).includes("a secret"));
  });
  await t.step("no rows and no mapping", async () => {
    const empty = await create(ann.client, {
      interaction_address: `${ann.uri}empty.csv`,
      interaction_schema_json,
    });
    assertEquals([empty.status, empty.body.errors[0].pointer], [422, "/interaction_address"]);
    const unmapped = await create(ann.client, { interaction_address: `${ann.uri}1.csv` });
    assertStringIncludes(unmapped.body.errors[0].detail, "userId, movieId, rating, timestamp");
  });
  assertEquals(await at.service.blobs.list("uploads/"), []);
});
