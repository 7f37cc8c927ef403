import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { exampleModel } from "../../../testing/example_model.ts";
import { Lane } from "../../http/load/lane.ts";
import { indexOfString } from "../model/string_table.ts";
import { type ChangedModelMemory, changedModels, type NumberedChanges } from "./changed_models.ts";

/** A lane in which each step of a computation waits until the test starts it. */
class TestLane extends Lane {
  started = 0;
  readonly turns: (() => void)[] = [];

  override async run<Result>(...[owner, begin, options]: Parameters<Lane["run"]>): Promise<Result> {
    this.started++;
    await new Promise<void>((resolve) => this.turns.push(resolve));
    return await super.run(owner, begin, options) as Result;
  }

  /** Ends the builds that have started. */
  async turn() {
    await tasks();
    for (const go of this.turns.splice(0)) go();
    await tasks();
  }
}

const tasks = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Changes with one new item, "new 3" for number 3. */
function added(last: number): NumberedChanges {
  const item = { title: null, cells: new Map(), deleted: false };
  return { last, items: new Map([[`new ${last}`, item]]), rows: new Map() };
}

const has = (model: ReturnType<typeof exampleModel>, last: number) =>
  indexOfString(model.items.ids, `new ${last}`) >= 0;

Deno.test("callers at the same time share one build, and wait if there is no model before", async () => {
  const lane = new TestLane();
  const models = changedModels(lane, new WeakMap());
  const base = exampleModel("HYBRID");
  const asked = Array.from({ length: 3 }, () => models.of(base, added(1), { ownerId: "a" }));
  await lane.turn();
  const [first, ...others] = await Promise.all(asked);
  assert(has(first, 1) && !has(base, 1));
  for (const other of others) assertStrictEquals(other, first);
  assertStrictEquals(await models.of(base, added(1), { ownerId: "a" }), first);
  assertEquals(lane.started, 1);
});

Deno.test("while a model is built answers have the one before, and its writer waits", async () => {
  const lane = new TestLane();
  const models = changedModels(lane, new WeakMap());
  const base = exampleModel("HYBRID");
  const of = (last: number, waits?: boolean) =>
    models.of(base, added(last), { ownerId: "a", waits });
  const first = of(1);
  await lane.turn();
  const builder = of(2);
  assertStrictEquals(await of(2), await first);
  const writer = of(3, true);
  assertStrictEquals(await of(3), await first);
  assertEquals((await tasks(), lane.started), 2);
  await lane.turn();
  assert(has(await builder, 2));
  await tasks();
  // The build of the third change began when that of the second had ended.
  assertEquals(lane.started, 3);
  await lane.turn();
  assert(has(await writer, 3));
  // An older change is in it.
  assertStrictEquals(await of(2), await writer);
  assertEquals(lane.started, 3);
});

Deno.test("a build that fails is repeated by the next caller", async () => {
  const lane = new Lane();
  const models = changedModels(lane, new WeakMap());
  const base = exampleModel("HYBRID");
  const broken = { ...added(1), items: null as never };
  await assertRejects(() => models.of(base, broken, { ownerId: "a" }), TypeError);
  assert(has(await models.of(base, added(1), { ownerId: "a" }), 1));
});

Deno.test("a build of another request is not waited for, which may have been cancelled", async () => {
  const memory: ChangedModelMemory = new WeakMap();
  const [gone, lane] = [new TestLane(), new Lane()];
  const base = exampleModel("HYBRID");
  void changedModels(gone, memory).of(base, added(1), { ownerId: "a" });
  await tasks();
  assert(has(await changedModels(lane, memory).of(base, added(1), { ownerId: "a" }), 1));
  assertEquals(gone.started, 1);
});
