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
  const { ids: left, histories: rows } = withoutUsers({ ids, histories }, ["17.0", "18.0"]);
  const names = Array.from({ length: stringCount(left) }, (_, i) => stringAt(left, i));
  assertEquals([names, [...rows.columns]], [["170", "ann"], [6, 8]]);
});
