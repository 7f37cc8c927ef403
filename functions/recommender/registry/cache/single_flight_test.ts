import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { SingleFlight } from "./single_flight.ts";

Deno.test("concurrent callers share a run, later ones start another", async () => {
  const flight = new SingleFlight<number>();
  let runs = 0;
  const start = async () => (await Promise.resolve(), ++runs);
  const first = flight.run(start);
  assertStrictEquals(flight.run(start), first);
  assertStrictEquals(flight.pending, first);
  assertEquals(await first, 1);
  assertEquals(flight.pending, undefined);
  assertEquals(await flight.run(start), 2);
});

Deno.test("a failure rejects all callers, and the next call starts a new run", async () => {
  const flight = new SingleFlight<number>();
  const failing = () => Promise.reject(new Error("away"));
  const callers = [flight.run(failing), flight.run(() => Promise.resolve(1))];
  for (const caller of callers) await assertRejects(() => caller, Error, "away");
  assertEquals(await flight.run(() => Promise.resolve(1)), 1);
});

Deno.test("a run that is lost or discarded is no longer current, and keeps its callers", async () => {
  let time = 0;
  const flight = new SingleFlight<boolean>({ lostMs: 10, now: () => time });
  const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const wait = (gate: number) => async (isCurrent: () => boolean) => {
    await gates[gate].promise;
    return isCurrent();
  };
  const lost = flight.run(wait(0));
  time = 9;
  assertStrictEquals(flight.pending, lost);
  time = 10;
  assertEquals(flight.pending, undefined);
  const discarded = flight.run(wait(1));
  flight.discard();
  const current = flight.run(wait(2));
  gates[0].resolve();
  gates[1].resolve();
  assertEquals([await lost, await discarded], [false, false]);
  assertStrictEquals(flight.pending, current, "an old run's end leaves the new one alone");
  gates[2].resolve();
  assertEquals(await current, true);
});
