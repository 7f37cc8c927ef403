import { assert } from "@std/assert";
import { COLLECTING } from "./collect.ts";

/**
 * Prints how many megabytes are returned: memory shared with threads, and memory the C library
 * keeps in its heap between blocks in use.
 */
const PROGRAM = `
  const { releaseMemory } = await import("${import.meta.resolve("./release_memory.ts")}");
  const { RowPool } = await import("${import.meta.resolve("./row_pool.ts")}");
  const pool = new RowPool(2);
  const empty = { offsets: new Uint32Array(3), columns: new Uint32Array(), values: new Float32Array() };
  async function use() {
    const columns = new Uint32Array(new SharedArrayBuffer(3e8)).fill(1);
    const input = { a: empty, b: { ...empty, columns }, width: 2, keep: 1 };
    await pool.run({ kernel: "product", input, rows: 2, cost: 1e9 });
    const blocks = Array.from({ length: 3000 }, () => new Uint8Array(1e5).fill(1));
    return blocks.at(-1);
  }
  globalThis.held = await use();
  const before = Deno.memoryUsage().rss;
  await releaseMemory(pool);
  console.log((before - Deno.memoryUsage().rss) / 1e6);
  pool.close();
`;

Deno.test("unused memory is released at once", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", COLLECTING, PROGRAM],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  // Other C libraries decide themselves what they keep.
  const least = Deno.build.os === "linux" ? 500 : 200;
  assert(Number(new TextDecoder().decode(stdout)) > least, new TextDecoder().decode(stdout));
});
