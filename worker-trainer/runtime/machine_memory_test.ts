import { assertEquals } from "@std/assert";
import { memoryOfMachine } from "./machine_memory.ts";

const files = (known: Record<string, string>) => (path: string) => {
  if (path in known) return known[path];
  throw new Deno.errors.NotFound(path);
};

Deno.test("a container's limit counts where it is below the machine's memory", () => {
  const v2 = "/sys/fs/cgroup/memory.max";
  const v1 = "/sys/fs/cgroup/memory/memory.limit_in_bytes";
  assertEquals(memoryOfMachine(8e9, files({ [v2]: "2000000000\n" })), 2e9);
  assertEquals(memoryOfMachine(8e9, files({ [v1]: "1000000000\n" })), 1e9);
  assertEquals(memoryOfMachine(8e9, files({ [v2]: "max\n" })), 8e9);
  assertEquals(memoryOfMachine(8e9, files({ [v1]: "9223372036854771712\n" })), 8e9);
  assertEquals(memoryOfMachine(8e9, files({})), 8e9);
});
