import { assertEquals } from "@std/assert";
import { nextCursor } from "./api.ts";

Deno.test("the next page is that of the Link header", () => {
  assertEquals(nextCursor('</projects?limit=50&cursor=17>; rel="next"'), "17");
  assertEquals(nextCursor('<http://a.test/users?cursor=a%2Fb>; rel="next"'), "a/b");
  assertEquals(nextCursor(null), undefined);
  assertEquals(nextCursor('</projects>; rel="prev"'), undefined);
});
