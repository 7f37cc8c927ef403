import { assertEquals, assertNotEquals } from "@std/assert";
import { titleKey } from "./same_title.ts";

Deno.test("titles are equal regardless of case, spaces and Unicode form", () => {
  for (const title of ["Film A", "FILM  A", " film\u00a0a\n", "Ｆｉｌｍ Ａ", "film a"]) {
    assertEquals(titleKey(title), "film a", title);
  }
  assertEquals(titleKey("Ame\u0301lie"), titleKey("AM\u00c9LIE"));
  assertEquals(titleKey("ﬁlm"), titleKey("film"));
  // Titles that differ in more than that are different.
  assertNotEquals(titleKey("Amélie"), titleKey("Amelie"));
  assertNotEquals(titleKey("Film-A"), titleKey("Film A"));
});
