import { assertEquals } from "@std/assert";
import { byteRangeOf } from "./byte_range.ts";

Deno.test("one range of bytes is read, with an end that is exclusive", () => {
  assertEquals(byteRangeOf("bytes=0-0"), { start: 0, end: 1 });
  assertEquals(byteRangeOf("bytes=10-19"), { start: 10, end: 20 });
  assertEquals(byteRangeOf("Bytes= 10 - "), { start: 10 });
  assertEquals(byteRangeOf("bytes=-5"), { last: 5 });
});

Deno.test("ranges that may be ignored are ignored", () => {
  const ignored = [undefined, "", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,4-5", "items=0-1"];
  for (const header of ignored) assertEquals(byteRangeOf(header), undefined, header);
});
