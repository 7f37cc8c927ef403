import { assertEquals } from "@std/assert";
import { type Placed, Places } from "./places.ts";
import { Suspension } from "./suspension.ts";

/** A retrain with this estimate. */
function retrain(seconds: number, failures = 0): Placed {
  return { seconds, failures, improving: false, serving: "1" };
}

/** A training that ends when asked to. */
function training(suspension?: Suspension) {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  return { ended, end, suspension };
}

Deno.test("a long training leaves a slot for a short one, a short training a slot for any", async () => {
  const places = new Places<ReturnType<typeof training>>(8e9);
  const [long, short, other] = [training(), training(), training()];
  assertEquals(places.free, {});
  places.take(long, retrain(600));
  assertEquals(places.free, { only: ["short"] });
  places.take(short, retrain(2));
  assertEquals(places.free, null);
  long.end();
  await long.ended;
  assertEquals(places.free, {});
  places.take(other, retrain(10));
  assertEquals(places.free, null);
  short.end();
  other.end();
  await Promise.all([short.ended, other.ended]);
  assertEquals([...places.taken], []);
});

Deno.test("the slots share the machine's memory, and a small machine has one slot", () => {
  const [long, short] = [retrain(600), retrain(2)];
  const places = new Places<ReturnType<typeof training>>(8e9);
  assertEquals([places.memoryOf(long), places.memoryOf(short)], [6e9, 2e9]);
  // It may have crashed for lack of memory.
  assertEquals(places.memoryOf({ ...short, failures: 1 }), 6e9);

  const small = new Places<ReturnType<typeof training>>(3e9);
  assertEquals(small.memoryOf(short), 3e9);
  small.take(training(), short);
  assertEquals(small.free, null);
});

const SECOND: Placed = { seconds: 600, failures: 0, improving: true, serving: "1" };
const FIRST: Placed = { seconds: 60, failures: 0, improving: false, serving: null };

Deno.test("a second half is suspended while a first model is computed, each in half of the memory", async () => {
  for (const [machine, only] of [[8e9, ["short", "first"]], [3e9, ["first"]]] as const) {
    const places = new Places<ReturnType<typeof training>>(machine);
    const signals: string[] = [];
    const second = training(new Suspension());
    second.suspension!.attach((signal) => signals.push(signal));
    places.take(second, SECOND);
    assertEquals(places.free as unknown, { only });
    assertEquals([places.memoryOf(SECOND), places.memoryOf(FIRST)], [machine / 2, machine / 2]);
    const first = training();
    places.take(first, FIRST);
    assertEquals([places.free, signals], [null, ["SIGSTOP"]]);
    first.end();
    await first.ended;
    assertEquals(signals, ["SIGSTOP", "SIGCONT"]);
  }
});

Deno.test("a second half that is claimed beside a first model starts suspended", async () => {
  const places = new Places<ReturnType<typeof training>>(8e9);
  const [first, second] = [training(), training(new Suspension())];
  places.take(first, { ...FIRST, seconds: 2 });
  assertEquals(places.free, {});
  places.take(second, SECOND);
  const signals: string[] = [];
  second.suspension!.attach((signal) => signals.push(signal));
  assertEquals(signals, ["SIGSTOP"]);
  first.end();
  await first.ended;
  assertEquals(signals, ["SIGSTOP", "SIGCONT"]);
});

Deno.test("a machine without room for two halves computes them one after the other", () => {
  const places = new Places<ReturnType<typeof training>>(1.5e9);
  assertEquals(places.memoryOf(SECOND), 1.5e9);
  places.take(training(new Suspension()), SECOND);
  assertEquals(places.free, null);
});
