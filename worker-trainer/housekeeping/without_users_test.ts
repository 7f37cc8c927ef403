import { assertEquals } from "@std/assert";
import {
  stringAt,
  stringCount,
  stringTable,
} from "../../functions/recommender/model/string_table.ts";
import { usersAmong, withoutUsers } from "./without_users.ts";

Deno.test("user 17 is matched as 17 and as 17.0, and no other user is removed", () => {
  const ids = stringTable(["17", "170", "18.0", "ann"]);
  const histories = {
    offsets: Uint32Array.of(0, 1, 2, 3, 4),
    columns: Uint32Array.of(5, 6, 7, 8),
    values: Float32Array.of(1, 2, 3, 4),
  };
  assertEquals(usersAmong(ids, ["17.0", "18.0", "19", "an"]), ["17.0", "18.0"]);
  const times = Float64Array.of(1, 2, 3, 4, 5, 6);
  const before = { offsets: Uint32Array.of(0, 1, 2, 4, 6), items: Uint32Array.from(times), times };
  const model = { users: { ids, histories }, userRows: before };
  const { users, userRows } = withoutUsers(model, ["17.0", "18.0"]);
  const { ids: left, histories: rows } = users;
  const names = Array.from({ length: stringCount(left) }, (_, i) => stringAt(left, i));
  assertEquals([names, [...rows.columns]], [["170", "ann"], [6, 8]]);
  assertEquals(userRows, {
    offsets: Uint32Array.of(0, 1, 3),
    items: Uint32Array.of(2, 5, 6),
    times: Float64Array.of(2, 5, 6),
  });
});
