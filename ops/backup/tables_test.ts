import { assertEquals } from "@std/assert";
import { deadline } from "@std/async/deadline";
import type { TransactionSql } from "postgres";
import { testDatabase } from "../../testing/database.ts";
import { copyIn, copyOut } from "./tables.ts";

Deno.test("Tables of any size are copied one after another on one connection", async () => {
  await using database = await testDatabase();
  await database.sql`create schema sizes`;
  // Numbers of rows and characters per row: from less than the stream's buffer to many times that.
  const shapes = [
    ...[[1, 10], [1, 20_000], [1, 70_000], [3, 70_000], [20, 1_000], [40, 500], [60, 1_000]],
    ...[[300, 500], [40_000, 20], [2, 5_000_000]],
  ];
  const copied = database.sql.begin(async (sql) => {
    const counts: number[] = [];
    for (const [index, shape] of shapes.entries()) {
      const source = { name: `sizes.source_${index}`, columns: ["id", "content"] };
      const target = { name: `sizes.target_${index}`, columns: ["id", "content"] };
      await makeTables(sql, { source: source.name, target: target.name, shape });
      const text = await unhurried(await copyOut(sql, source));
      await copyIn(sql, target, new Blob([text]).stream());
      const [{ count }] = await sql.unsafe(`
        select count(*)::int from ${source.name} join ${target.name} using (id, content)`);
      counts.push(count);
    }
    return counts;
  });
  assertEquals(await deadline(copied, 60_000), shapes.map(([rows]) => rows));
});

async function makeTables(
  sql: TransactionSql,
  { source, target, shape: [rows, characters] }: {
    source: string;
    target: string;
    shape: number[];
  },
): Promise<void> {
  await sql.unsafe(`
    create table ${source} as
      select id, repeat(chr(97 + id % 26), ${characters}) as content
      from generate_series(1, ${rows}) as id;
    create table ${target} (like ${source})`);
}

/** Reads all bytes of a stream, more slowly than a local server sends them. */
async function unhurried(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = (stream as ReadableStream<Uint8Array<ArrayBuffer>>)
    .pipeThrough(new CompressionStream("gzip"));
  return await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).bytes();
}
