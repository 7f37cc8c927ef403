import { assert, assertEquals, assertRejects } from "@std/assert";
import { chanceModel } from "../../../../testing/artifact.ts";
import type { Model } from "../model.ts";
import { rowsOfUser } from "../user_rows.ts";
import { decodeManifest, encodeModel, FileMismatchError, MANIFEST, STATE } from "./artifact.ts";
import { openStateSlices } from "./state_slices.ts";

/** Opens the rows of a model, and records the ranges that are read. */
async function opened(
  model: Model,
  change: (files: Record<string, Uint8Array>) => void = () => {},
) {
  const files = await encodeModel(model);
  change(files);
  const manifest = decodeManifest(files[MANIFEST]);
  const read: number[] = [];
  const slices = openStateSlices(manifest, (path, { start, end }) => {
    const bytes = files[path].slice(start, end);
    read.push(bytes.length);
    return Promise.resolve(bytes);
  });
  return { slices, read, manifest };
}

Deno.test("a user's rows are read with few blocks, and are those of the whole file", async () => {
  const model = chanceModel("COLLABORATIVE", 3, { users: 8_000 });
  const { slices, read, manifest } = await opened(model);
  const rows = (await slices)!;
  const { bytes, sha256 } = manifest.blocks![STATE];
  assert(sha256.length > 2, "several blocks");
  for (const user of [0, 1, 3_777, 7_999]) {
    read.length = 0;
    assertEquals(await rows.of(user), rowsOfUser(model.userRows!, user));
    assert(read.length <= 4 && read.every((length) => length <= 2 * bytes), `${read}`);
  }
});

Deno.test("arrays that a model does not need are absent, and read as their defaults", async () => {
  const model = chanceModel("COLLABORATIVE", 3);
  const userRows = { offsets: Uint32Array.of(0, 1, 3), items: Uint32Array.of(4, 5, 4) };
  const rows = (await (await opened({ ...model, userRows })).slices)!;
  const plain = { weight: 1, rating: NaN, time: NaN };
  assertEquals(await rows.of(1), [{ item: 5, ...plain }, { item: 4, ...plain }]);
});

Deno.test("a block with another hash than the manifest's is rejected; older models have no rows", async () => {
  const { slices } = await opened(chanceModel("HYBRID", 1), (files) => files[STATE][100] ^= 1);
  await assertRejects(() => slices, FileMismatchError);
  assertEquals(await (await opened(chanceModel("HYBRID", 1, { version: 2 }))).slices, undefined);
  assertEquals(await (await opened(chanceModel("CONTENT", 1))).slices, undefined);
});
