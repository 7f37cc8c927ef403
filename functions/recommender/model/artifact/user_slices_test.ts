import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  encodeModel,
  FileMismatchError,
  loadModel,
  MANIFEST,
  ModelTooLargeError,
  USERS,
} from "./artifact.ts";
import { exampleModel } from "../../../../testing/example_model.ts";
import type { Manifest, Model } from "../model.ts";
import { stringAt, stringTable } from "../string_table.ts";
import { openUserSlices } from "./user_slices.ts";

const USERS_COUNT = 4_000;

/** The example model with thousands of users, whose histories span several blocks. */
function model(): Model {
  const each = 50;
  const entries = USERS_COUNT * each;
  return {
    ...exampleModel("COLLABORATIVE"),
    users: {
      ids: stringTable(Array.from({ length: USERS_COUNT }, (_, i) => `user ${i * 7919 % 10007}`)),
      histories: {
        // The last user has no history.
        offsets: Uint32Array.from(
          { length: USERS_COUNT + 1 },
          (_, i) => Math.min(i, USERS_COUNT - 1) * each,
        ),
        columns: Uint32Array.from({ length: entries }, (_, i) => i % 5),
        values: Float32Array.from({ length: entries }, (_, i) => i / 3),
      },
    },
  };
}

/** Opens the users of an artifact, and records the ranges that are read. */
async function opened(change: (files: Record<string, Uint8Array>) => void = () => {}) {
  const files = await encodeModel(model());
  change(files);
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(files[MANIFEST]));
  const read: number[] = [];
  const slices = openUserSlices(manifest, (path, { start, end }) => {
    const bytes = files[path].slice(start, end);
    read.push(bytes.length);
    return Promise.resolve(bytes);
  });
  return { files, manifest, slices, read };
}

Deno.test("a user's history is read with few blocks, and is the one that the whole file has", async () => {
  const { slices, files, manifest, read } = await opened();
  const users = (await slices)!;
  const whole = (await loadModel((path) => Promise.resolve(files[path]))).users!;
  for (const user of [0, 1, 777, USERS_COUNT - 2, USERS_COUNT - 1]) {
    const id = stringAt(whole.ids, user);
    read.length = 0;
    const { ids, histories } = await users.of([id]);
    assert(read.length <= 2 && read.every((bytes) => bytes <= 2 * manifest.blocks![USERS].bytes));
    assertEquals(ids, stringTable([id]));
    const [start, end] = whole.histories.offsets.subarray(user, user + 2);
    assertEquals(histories, {
      offsets: Uint32Array.of(0, end - start),
      columns: whole.histories.columns.slice(start, end),
      values: whole.histories.values.slice(start, end),
    });
  }
  const two = [stringAt(whole.ids, 3), "a stranger", stringAt(whole.ids, 1)];
  const several = await users.of([...two, two[0]]);
  assertEquals([stringAt(several.ids, 0), stringAt(several.ids, 1)], [two[0], two[2]]);
  assertEquals([...several.histories.offsets], [0, 50, 100]);
  assert(users.bytes < files[USERS].length / 10);
});

Deno.test("a block with another hash than the manifest's is rejected, at once or when requested", async () => {
  const header = await opened((files) => files[USERS][100] ^= 1);
  await assertRejects(() => header.slices, FileMismatchError);
  const late = await opened((files) => files[USERS][300_000] ^= 1);
  const users = (await late.slices)!;
  const inTheBlock = stringAt(users.ids, 1_500);
  await assertRejects(() => users.of([inTheBlock]), FileMismatchError);
});

Deno.test("users that exceed the memory limit are rejected by their header alone", async () => {
  const { manifest, files } = await opened();
  const read: number[] = [];
  const open = (most: number) =>
    openUserSlices(manifest, (path, { start, end }) => {
      read.push(start);
      return Promise.resolve(files[path].slice(start, end));
    }, { beside: 1e6, most });
  const { bytes } = (await open(1e9))!;
  assertEquals((await open(1e6 + bytes))!.bytes, bytes);
  read.length = 0;
  await assertRejects(
    () => open(1e6 + bytes - 1),
    ModelTooLargeError,
    "and the limit here is 1 MB",
  );
  assertEquals(read, [0]);
});

Deno.test("a model without users, or without hashes of blocks, has no slices", async () => {
  const files = await encodeModel(exampleModel("CONTENT"));
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(files[MANIFEST]));
  assertEquals(await openUserSlices(manifest, () => Promise.reject()), undefined);
});
