import { assertEquals } from "@std/assert";
import { runnersAbove } from "./process_chain.ts";

const row = (pid: number, parent: number, program: string) => ({ pid, parent, program });

Deno.test("the runners above are deno task and the npx around it, not the user's shell", () => {
  const tree = [
    row(1, 0, "systemd"),
    row(10, 1, "bash"),
    row(20, 10, "npm exec deno@2"),
    row(21, 20, "sh"),
    row(22, 21, "node"),
    row(23, 22, "deno"),
    row(24, 23, "deno"),
  ];
  assertEquals(runnersAbove(24, tree), [23, 22, 20]);
});

Deno.test("a process started by a shell has no runners above", () => {
  assertEquals(runnersAbove(24, [row(1, 0, "systemd"), row(9, 1, "zsh"), row(24, 9, "deno")]), []);
  assertEquals(runnersAbove(24, [row(24, 0, "deno")]), []);
});
