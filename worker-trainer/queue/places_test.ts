import { assertEquals } from "@std/assert";
import { Places } from "./places.ts";

Deno.test("a long training leaves a slot for a short one, a short training a slot for any", async () => {
  const places = new Places<{ ended: Promise<void> }>(8e9);
  const training = () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    return { ended, end };
  };
  const [long, short, other] = [training(), training(), training()];
  assertEquals(places.free, "any");
  places.take(long, { seconds: 600, failures: 0 });
  assertEquals(places.free, "short");
  places.take(short, { seconds: 2, failures: 0 });
  assertEquals(places.free, null);
  long.end();
  await long.ended;
  assertEquals(places.free, "any");
  places.take(other, { seconds: 10, failures: 0 });
  assertEquals(places.free, null);
  short.end();
  other.end();
  await Promise.all([short.ended, other.ended]);
  assertEquals([...places.taken], []);
});

Deno.test("the slots share the machine's memory, and a small machine has one slot", () => {
  const [long, short] = [{ seconds: 600, failures: 0 }, { seconds: 2, failures: 0 }];
  const places = new Places<{ ended: Promise<void> }>(8e9);
  assertEquals([places.memoryOf(long), places.memoryOf(short)], [6e9, 2e9]);
  // It may have crashed for lack of memory.
  assertEquals(places.memoryOf({ ...short, failures: 1 }), 6e9);

  const small = new Places<{ ended: Promise<void> }>(3e9);
  assertEquals(small.memoryOf(short), 3e9);
  small.take({ ended: new Promise(() => {}) }, short);
  assertEquals(small.free, null);
});
