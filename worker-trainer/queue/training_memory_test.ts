import { assertEquals } from "@std/assert";
import { memoryAllowed } from "./training_memory.ts";

Deno.test("a training may hold half as much again as its project's memory_limit, on a machine that has it", () => {
  assertEquals(memoryAllowed(4e9, 16e9), 6e9);
  assertEquals(memoryAllowed(15e9, 16e9), 14.4e9);
  assertEquals(memoryAllowed(2 ** 45, 16e9), 14.4e9);
  assertEquals(memoryAllowed(undefined, 16e9), 14.4e9);
});

Deno.test("a much too low estimate fails no training that fits a small machine", () => {
  assertEquals(memoryAllowed(128 * 2 ** 20, 16e9), 2e9);
  assertEquals(memoryAllowed(128 * 2 ** 20, 1e9), 9e8);
});
