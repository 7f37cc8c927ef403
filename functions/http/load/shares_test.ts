import { assertEquals } from "@std/assert";
import { Shares } from "./shares.ts";

Deno.test("a caller has three quarters of the places while another calls, else all", () => {
  const shares = new Shares();
  const places = { limit: 8 };
  const takes = (caller: string, now: number) => {
    const isTaken = shares.isTaken(caller, { ...places, now });
    if (!isTaken) shares.enter(caller);
    return !isTaken;
  };
  for (let n = 0; n < 8; n++) assertEquals(takes("ann", n), true, "alone");
  assertEquals(takes("bob", 10), true);
  assertEquals(takes("ann", 11), false);
  for (let n = 0; n < 3; n++) shares.leave("ann");
  assertEquals(takes("ann", 12), true);
  assertEquals([takes("ann", 13), takes("bob", 14)], [false, true]);
  assertEquals(takes("ann", 9_000), false);
  assertEquals(takes("ann", 20_000), true, "no other caller for 10 s");
});
