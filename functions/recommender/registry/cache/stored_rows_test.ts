import { assert, assertEquals } from "@std/assert";
import { chanceModel } from "../../../../testing/artifact.ts";
import { decodeManifest, encodeModel, MANIFEST } from "../../model/artifact/artifact.ts";
import { rowsOfUser } from "../../model/user_rows.ts";
import { indexOfString, stringAt } from "../../model/string_table.ts";
import { storedRows } from "./stored_rows.ts";

Deno.test("a user's rows are read when asked for, then kept; an unknown user has none", async () => {
  const model = chanceModel("COLLABORATIVE", 3);
  const files = await encodeModel(model);
  let reads = 0;
  const rows = storedRows(decodeManifest(files[MANIFEST]), model.users!.ids, (path, range) => {
    reads++;
    return Promise.resolve(files[path].slice(range.start, range.end));
  });
  assertEquals([await rows.of("unknown"), reads], [[], 0]);
  for (const user of [0, 2]) {
    const id = stringAt(model.users!.ids, user);
    const first = await rows.of(id);
    assertEquals(first, rowsOfUser(model.userRows!, indexOfString(model.users!.ids, id)));
    assert(reads > 0);
    reads = 0;
    assertEquals([await rows.of(id), reads], [first, 0]);
  }
});
