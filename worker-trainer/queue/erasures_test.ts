import { assertEquals } from "@std/assert";
import { testRecommender } from "../../dev/test_recommender.ts";
import { workOffErasures } from "./erasures.ts";

const SCHEMA = '{"user_id": "u", "item_id": "i"}';

/** All files of a folder, hidden ones included. */
async function filesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) names.push(name);
  return names;
}

Deno.test("what was uploaded and taken by nobody is erased when it expires, and nothing else", async () => {
  await using service = await testRecommender();
  const { sql, blobsFolder } = service;
  const uploads = `${blobsFolder}/uploads`;
  const ann = await service.signUp("ann");
  await ann.upload({
    project_name: "Films",
    interaction_file: new File(["u,i\nann,1\n"], "kept.csv"),
    interaction_schema_json: SCHEMA,
  });
  const [kept] = await service.blobs.list("uploads/");

  // Parts that wait; a file that a killed service stored, and one that it was about to store.
  const { body: { id } } = await ann.post("/uploads", { file_name: "a.csv", bytes: 9 });
  await ann.request(`/uploads/${id}/1`, { method: "PUT", body: "u,i\ncy,1\n" });
  await service.blobs.put("uploads/orphan", new Uint8Array(9));
  await Deno.writeFile(`${uploads}/.half.${crypto.randomUUID()}.part`, new Uint8Array(9));
  await sql`
    insert into recommender.uploads (owner_id, storage_path)
    select id, unnest(array['uploads/orphan', 'uploads/half']) from auth.users`;
  assertEquals(await workOffErasures(sql, service), 0);
  assertEquals((await filesIn(uploads)).length, 4);

  await sql`update recommender.uploads set expires_at = now() - interval '1 second'`;
  await workOffErasures(sql, service);
  assertEquals((await filesIn(uploads)).map((name) => `uploads/${name}`), [kept]);
  assertEquals([...await sql`select kind from recommender.erasures`], []);
  assertEquals((await ann.get("/uploads")).body, []);
});

Deno.test("with an account go its uploads", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const { body: { id } } = await ann.post("/uploads", { file_name: "a.csv", bytes: 9 });
  await ann.request(`/uploads/${id}/1`, { method: "PUT", body: "u,i\ncy,1\n" });
  await service.sql`delete from auth.users`;
  await workOffErasures(service.sql, service);
  assertEquals(await filesIn(`${service.blobsFolder}/uploads`), []);
});
