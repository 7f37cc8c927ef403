import { assertEquals } from "@std/assert";
import { hasHidden, visibleId } from "./visible.ts";

Deno.test("ids that differ by invisible characters are one, but for joiners within", () => {
  for (
    const id of ["u1", " u1 ", "\ufeffu1", "u1\u200b", "u\u200b1", "\u200e u1\u200f", "u\u20601"]
  ) {
    assertEquals(visibleId(id), "u1", JSON.stringify(id));
  }
  for (const id of ["\u200du1", "u1\u200c", " \u200du1\u200d ", "\u200b\u200d u1"]) {
    assertEquals([visibleId(id), hasHidden(id)], ["u1", true], JSON.stringify(id));
  }
  for (const id of ["می\u200cخواهم", "👨\u200d👩", "Café", ""]) assertEquals(visibleId(id), id);
});
