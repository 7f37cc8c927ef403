import { assertEquals } from "@std/assert";
import { Suspension } from "./suspension.ts";

Deno.test("after a minute of suspension, a process runs as long as it was suspended", () => {
  let now = 0;
  const suspension = new Suspension(() => now);
  now += 10_000;
  suspension.begin();
  now += 100_000;
  suspension.end();
  assertEquals(suspension.mayBegin, false);
  now += 29_000;
  assertEquals(suspension.mayBegin, false);
  now += 1_000;
  assertEquals(suspension.mayBegin, true);
});

Deno.test("repeated requests send one signal, and an ended process gets none", () => {
  const suspension = new Suspension();
  const signals: string[] = [];
  suspension.attach((signal) => signals.push(signal));
  suspension.begin();
  suspension.begin();
  assertEquals(suspension.mayBegin, false);
  suspension.end();
  suspension.end();
  suspension.attach(undefined);
  suspension.begin();
  assertEquals(signals, ["SIGSTOP", "SIGCONT"]);
});
