import { assert, assertEquals, assertRejects } from "@std/assert";
import { Lane, SLICE_UNITS, type Steps, type Ticket } from "./lane.ts";
import { Problem } from "../problem.ts";

/** A lane whose turns are controlled by the test. */
function laneByHand() {
  let turned: (() => void) | undefined;
  const lane = new Lane(() => new Promise((resolve) => turned = resolve));
  const turn = async () => {
    turned?.();
    turned = undefined;
    // Lets promises that a slice resolved settle before the next turn.
    for (let i = 0; i < 10; i++) await Promise.resolve();
    return turned !== undefined;
  };
  return { lane, turn };
}

/** A computation of `steps` steps of `units` units that appends its name to `log` at each. */
function computation(
  name: string,
  { steps, units, log, weighed = true }: {
    steps: number;
    units: number;
    log: string[];
    weighed?: boolean;
  },
) {
  return function* ({ weigh }: Ticket): Steps<string> {
    if (weighed) weigh(steps * units);
    for (let i = 0; i < steps; i++) {
      yield units;
      log.push(name);
    }
    return name;
  };
}

const HALF = SLICE_UNITS / 2;

Deno.test("work that fits into a slice runs at once, further work waits for the next turn", async () => {
  const { lane, turn } = laneByHand();
  const log: string[] = [];
  assertEquals(await lane.run("ada", computation("a", { steps: 1, units: HALF, log })), "a");
  assertEquals(await lane.run("bob", computation("b", { steps: 1, units: HALF, log })), "b");
  const third = lane.run("ada", computation("c", { steps: 1, units: 1, log }));
  assertEquals(log, ["a", "b"]);
  assertEquals(await turn(), false);
  assertEquals(await third, "c");
});

Deno.test("a long computation runs one slice per turn, and an oversized step takes a whole turn", async () => {
  const { lane, turn } = laneByHand();
  const log: string[] = [];
  const long = lane.run("ada", computation("a", { steps: 6, units: HALF, log }));
  const counts = [log.length];
  while (await turn()) counts.push(log.length);
  assertEquals([...counts, log.length], [2, 4, 6]);
  assertEquals(await long, "a");

  const large = lane.run("ada", computation("b", { steps: 2, units: 3 * SLICE_UNITS, log }));
  const taken = [log.length - 6];
  while (await turn()) taken.push(log.length - 6);
  assertEquals([...taken, log.length - 6], [0, 1, 2]);
  assertEquals(await large, "b");
});

Deno.test("owners have equal shares, regardless of their requests", async () => {
  const { lane, turn } = laneByHand();
  const log: string[] = [];
  const asked = [
    ...Array.from({ length: 5 }, () => computation("a", { steps: 100, units: 1, log }))
      .map((begin) => lane.run("ada", begin)),
    ...Array.from({ length: 200 }, () => computation("b", { steps: 1, units: 1, log }))
      .map((begin) => lane.run("bob", begin)),
  ];
  const had = (name: string) => log.filter((other) => other === name).length;
  for (let i = 0; i < 8; i++) await turn();
  assert(Math.abs(had("a") - had("b")) <= SLICE_UNITS, `${had("a")} and ${had("b")}`);
  // With work queued for both, neither has more than half.
  assert(had("a") + had("b") >= 8 * SLICE_UNITS);
  while (await turn());
  await Promise.all(asked);
});

Deno.test("a new owner is answered within two turns, however much work of others waits", async () => {
  const { lane, turn } = laneByHand();
  const log: string[] = [];
  const others = Array.from(
    { length: 20 },
    (_, i) => lane.run(`owner ${i}`, computation("o", { steps: 500, units: 1, log })),
  );
  for (let i = 0; i < 30; i++) await turn();
  let isAnswered = false;
  const mine = lane.run("new", computation("n", { steps: 1, units: 1, log }))
    .then(() => isAnswered = true);
  let turns = 0;
  while (!isAnswered) {
    await turn();
    turns++;
  }
  assert(turns <= 2, `${turns} turns`);
  await mine;
  while (await turn());
  await Promise.all(others);
});

Deno.test("sequential requests give an owner no larger share", async () => {
  const { lane, turn } = laneByHand();
  const log: string[] = [];
  const long = lane.run("ada", computation("a", { steps: 1000, units: 1, log }));
  let isOver = false;
  const after = async () => {
    while (!isOver) await lane.run("bob", computation("b", { steps: SLICE_UNITS, units: 1, log }));
  };
  const others = after();
  for (let i = 0; i < 12; i++) await turn();
  const share = log.filter((name) => name === "a").length / log.length;
  assert(share >= 0.45, `ada had ${share} of the lane`);
  isOver = true;
  while (await turn());
  await Promise.all([long, others]);
});

Deno.test("the smallest computation of an owner runs first, even while a larger one is in progress", async () => {
  const { lane, turn } = laneByHand();
  const log: string[] = [];
  const done: string[] = [];
  const run = (name: string, steps: number) =>
    lane.run("ada", computation(name, { steps, units: 1, log })).then((name) => done.push(name));
  const all = [run("large", 500), run("middle", 100)];
  await turn();
  all.push(run("small", 2));
  while (await turn());
  await Promise.all(all);
  assertEquals(done, ["small", "middle", "large"]);
});

Deno.test("the queue of large computations is limited per owner, small ones and other owners' are exempt", async () => {
  const { lane, turn } = laneByHand();
  const log: string[] = [];
  const large = () => computation("large", { steps: 25, units: SLICE_UNITS, log });
  const full = Array.from({ length: 20 }, () => lane.run("ada", large()));
  for (let i = 0; i < 20; i++) await turn();
  const refused = assertRejects(() => lane.run("ada", large()), Problem, "at most 20,000 units");
  const small = lane.run("ada", computation("small", { steps: 1, units: 10, log }));
  const other = lane.run("bob", large());
  while (await turn());
  const { code, extras } = await refused;
  assertEquals(code, "too_many_requests");
  assert(Number(extras.headers!["retry-after"]) > 0);
  assertEquals([...await Promise.all(full), await other], Array(21).fill("large"));
  assertEquals(await small, "small");
});

Deno.test("one owner cannot fill the whole queue", async () => {
  const { lane, turn } = laneByHand();
  const log: string[] = [];
  const one = () => computation("a", { steps: 1, units: 1, log });
  const first = lane.run("ada", computation("first", { steps: 2, units: SLICE_UNITS, log }));
  const waiting = Array.from({ length: 399 }, () => lane.run("ada", one()));
  assertEquals((await assertRejects(() => lane.run("ada", one()), Problem)).code, "unavailable");
  const other = lane.run("bob", one());
  while (await turn());
  await Promise.all([first, other, ...waiting]);
});

Deno.test("an error reaches only its caller, and other work continues", async () => {
  const { lane, turn } = laneByHand();
  const log: string[] = [];
  const failing = lane.run("ada", function* (): Steps<never> {
    yield 2 * SLICE_UNITS;
    throw new Error("It cannot be computed.");
  });
  const other = lane.run("ada", computation("a", { steps: 3, units: HALF, log }));
  const heard = assertRejects(() => failing, Error, "It cannot be computed.");
  while (await turn());
  await heard;
  assertEquals(await other, "a");
});

Deno.test("abandoned work is not computed", async () => {
  const { lane, turn } = laneByHand();
  const log: string[] = [];
  const caller = new AbortController();
  const left = lane.run("ada", computation("a", { steps: 100, units: HALF, log }), {
    signal: () => caller.signal,
  });
  await turn();
  const before = log.length;
  const heard = assertRejects(() => left, Problem, "The caller disconnected");
  caller.abort();
  while (await turn());
  await heard;
  assertEquals(log.length, before);
});

Deno.test("work within a turn requests no abort signal, and a caller that disconnected is detected", async () => {
  const { lane, turn } = laneByHand();
  const log: string[] = [];
  let asked = 0;
  const signal = () => {
    asked++;
    return AbortSignal.abort();
  };
  const long = lane.run("ada", computation("long", { steps: 4, units: SLICE_UNITS, log }));
  const short = lane.run("bob", computation("short", { steps: 1, units: 1, log }), { signal });
  while (!log.includes("short")) await turn();
  assertEquals(await short, "short");
  assertEquals(asked, 0);
  const heard = assertRejects(
    () => lane.run("bob", computation("left", { steps: 9, units: SLICE_UNITS, log }), { signal }),
    Problem,
    "The caller disconnected",
  );
  while (await turn());
  await Promise.all([heard, long]);
  assertEquals(asked, 1);
});

Deno.test("sockets are served between the slices of a lane that is never empty", async () => {
  const lane = new Lane();
  let turns = 0;
  let isOver = false;
  const busy = lane.run("ada", function* (): Steps<void> {
    while (!isOver) {
      yield SLICE_UNITS;
      turns++;
      const end = performance.now() + 5;
      while (performance.now() < end);
    }
  });
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("ok"),
  );
  for (let i = 0; i < 5; i++) {
    const before = turns;
    const answer = await fetch(`http://127.0.0.1:${server.addr.port}/`);
    assertEquals(await answer.text(), "ok");
    // The client runs in the same process and takes turns, too.
    assert(turns - before < 25, `${turns - before} turns`);
  }
  isOver = true;
  await busy;
});
