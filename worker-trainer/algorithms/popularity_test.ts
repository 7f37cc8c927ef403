import { assertEquals } from "@std/assert";
import { conformance } from "../../testing/algorithm_conformance.ts";
import { popularity, popularOrder } from "./popularity.ts";

conformance(popularity, { learns: false });

Deno.test("items are ordered by popularity, ties by index", () => {
  assertEquals(popularOrder(Uint32Array.of(1, 3, 0, 3)), Uint32Array.of(1, 3, 0, 2));
  assertEquals(popularOrder(new Uint32Array(0)), new Uint32Array(0));
});
