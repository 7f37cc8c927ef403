import { assertEquals } from "@std/assert";
import { createVisitorLimit, type Visit } from "./visitor_limit.ts";

Deno.test("an address has its own calls a minute with each key", () => {
  let now = 0;
  const take = createVisitorLimit({ calls: 3, clock: () => now });
  const by = (keyId: string, address: string) =>
    take({ keyId, counts: "answers", address, rateLimit: null });
  const left = () => by("a", "203.0.113.1");
  assertEquals([left(), left(), left()].map(({ allowed, remaining }) => [allowed, remaining]), [
    [true, 2],
    [true, 1],
    [true, 0],
  ]);
  assertEquals([left().allowed, left().remaining], [false, 0]);
  assertEquals(by("a", "203.0.113.2").allowed, true);
  assertEquals(by("b", "203.0.113.1").allowed, true);
  now = 59_000;
  assertEquals([left().allowed, left().resetSeconds], [false, 1]);
  now = 60_000;
  assertEquals([left().allowed, left().resetSeconds], [true, 60]);
});

Deno.test("an address may use a tenth of a key's limit, at least one call", () => {
  for (
    const [rateLimit, limit] of [[null, 600], [100_000, 600], [600, 60], [25, 3], [1, 1]] as const
  ) {
    const take = createVisitorLimit({ clock: () => 0 });
    assertEquals(take({ keyId: "a", counts: "answers", address: "x", rateLimit }).limit, limit);
    for (let call = 1; call < limit; call++) {
      take({ keyId: "a", counts: "answers", address: "x", rateLimit });
    }
    assertEquals(take({ keyId: "a", counts: "answers", address: "x", rateLimit }).allowed, false);
  }
});

Deno.test("what a call costs is the address's debt, of which the key pays the address's share", () => {
  let now = 0;
  const take = createVisitorLimit({ clock: () => now });
  const visit: Visit = { keyId: "a", counts: "answers", address: "x", rateLimit: 100 };
  // Concurrent calls are each admitted for one unit.
  assertEquals([take(visit).allowed, take(visit).allowed], [true, true]);
  assertEquals([take.charge(visit, 5), take.charge(visit, 20), take.charge(visit, 1)], [5, 3, 0]);
  const refused = take(visit);
  assertEquals([refused.allowed, refused.remaining, refused.resetSeconds], [false, 0, 120]);
  assertEquals(take({ ...visit, address: "y" }).allowed, true);
  now = 60_000;
  assertEquals([take(visit).allowed, take(visit).resetSeconds], [false, 60]);
  now = 120_000;
  assertEquals([take(visit).allowed, take(visit).remaining], [true, 0]);
  // Minutes without a call pay, too.
  take.charge(visit, 50);
  now = 10 * 60_000;
  assertEquals(take(visit).remaining, 9);
});

Deno.test("any number of addresses uses bounded memory, and blocks no caller", () => {
  const take = createVisitorLimit({ calls: 1, clock: () => 0 });
  const by = (address: string) =>
    take({ keyId: "a", counts: "answers", address, rateLimit: null }).allowed;
  by("first");
  for (let n = 0; n < 150_000; n++) by(`2001:db8:${n}::/64`);
  assertEquals([by("first"), by("last"), by("last")], [false, true, true]);
});

Deno.test("events use up no answers, and answers no events", () => {
  const take = createVisitorLimit({ calls: 1, clock: () => 0 });
  const by = (counts: "answers" | "events") =>
    take({ keyId: "a", counts, address: "x", rateLimit: null }).allowed;
  assertEquals([by("events"), by("events"), by("answers"), by("answers")], [
    ...[true, false],
    ...[true, false],
  ]);
});
