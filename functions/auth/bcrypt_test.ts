import { assert, assertEquals, assertRejects } from "@std/assert";
import { bcryptHere, bcryptInThreads, costOf } from "./bcrypt.ts";

Deno.test("threads and the caller's thread understand each other", async () => {
  using threads = bcryptInThreads(2);
  const [a, b] = await Promise.all([threads.hash("a", 4), threads.hash("b", 5)]);
  assertEquals([costOf(a), costOf(b)], [4, 5]);
  assertEquals(await bcryptHere.compare("a", a), true);
  const here = await bcryptHere.hash("c", 4);
  assertEquals(
    await Promise.all([
      threads.compare("a", a),
      threads.compare("b", b),
      threads.compare("c", here),
      threads.compare("a", b),
    ]),
    [true, true, true, false],
  );
});

Deno.test("an error in a thread is reported, and the thread continues", async () => {
  using threads = bcryptInThreads(1);
  await assertRejects(() => threads.hash(null as unknown as string, 4), Error, "Illegal arguments");
  assert(await threads.hash("a", 4));
});

Deno.test("a hash in a thread lets others have their turn", async () => {
  using threads = bcryptInThreads(1);
  await threads.hash("warm", 4);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await threads.hash("slow", 10);
  clearInterval(timer);
  assert(turns >= 10, `${turns} turns`);
});
