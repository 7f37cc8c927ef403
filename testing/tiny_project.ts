/** Projects with the least data that can be trained, stored as by the services. */
import type { Sql } from "postgres";
import type { Blobs } from "../functions/recommender/blobs/blobs.ts";
import { COMMON } from "../functions/recommender/files/dialect.ts";

/** Returns interactions of twelve users with twelve items, as CSV. */
function tinyInteractions(): Uint8Array<ArrayBuffer> {
  const rows = ["user,item"];
  for (let user = 0; user < 12; user++) {
    for (let item = 0; item < 8; item++) {
      if ((user + item) % 3 !== 0) rows.push(`u${user},i${(item + (user % 2) * 4) % 12}`);
    }
  }
  return new TextEncoder().encode(rows.join("\n") + "\n");
}

/** Creates a project that waits for its training; returns its id. */
export async function tinyProject(
  sql: Sql,
  { owner, blobs }: { owner: string; blobs: Blobs },
): Promise<number> {
  const bytes = tinyInteractions();
  const name = `uploads/${crypto.randomUUID()}`;
  await blobs.put(name, bytes);
  return await sql.begin(async (sql) => {
    const [{ id }] = await sql<{ id: number }[]>`
      insert into recommender.recommender_projects (owner_id, project_name, model_type)
      values (${owner}, 'Tiny', 'COLLABORATIVE') returning id`;
    const [{ file }] = await sql<{ file: number }[]>`
      insert into recommender.uploaded_files
        (project_id, file_type, storage_path, file_name, bytes, sha256, dialect)
      values (${id}, 'INTERACTION', ${name}, 'tiny.csv', ${bytes.length}, '',
        ${sql.json({ ...COMMON })})
      returning id as file`;
    for (const [key, column] of [["user_id", "user"], ["item_id", "item"]]) {
      await sql`
        insert into recommender.schema_mappings (file_id, app_schema_key, user_csv_column)
        values (${file}, ${key}, ${column})`;
    }
    return id;
  });
}
