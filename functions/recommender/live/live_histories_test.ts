import { assertEquals, assertStrictEquals } from "@std/assert";
import postgres from "postgres";
import { connectedAs } from "../../../ops/database/connected_as.ts";
import { testDatabase } from "../../../testing/database.ts";
import { exampleModel } from "../../../testing/example_model.ts";
import type { UserTable } from "../model/model.ts";
import { indexOfString, stringAt } from "../model/string_table.ts";
import { appendEvents } from "./live_events.ts";
import { createLiveHistories, liveMemory } from "./live_histories.ts";

const ANN = { person: "ann", anonymous: false };

Deno.test("a project without events costs one look-up in two seconds, and its first event counts then", async () => {
  await using shop = await testShop();
  let now = 0;
  const other = createLiveHistories(shop.counting, liveMemory(() => now));
  const own = createLiveHistories(shop.counting);
  for (const histories of [other, own, other, other]) {
    assertStrictEquals(await histories.of(shop.served, shop.project, [ANN]), shop.model.users);
  }
  assertEquals(shop.statements, { live_events_in: 2, person_events: 0 });

  // `own` stored the event, `other` is another process.
  await shop.send({ itemId: "3", type: "view" });
  own.eventsCame(shop.project);
  assertEquals(shop.historyIn(await own.of(shop.served, shop.project, [ANN])), ["1", "2", "3"]);
  assertEquals(shop.historyIn(await other.of(shop.served, shop.project, [ANN])), ["1", "2"]);
  now = 2_000;
  assertEquals(shop.historyIn(await other.of(shop.served, shop.project, [ANN])), ["1", "2", "3"]);
});

Deno.test("of a model without rows, items of live events follow the others, once and as rejected", async () => {
  await using shop = await testShop();
  const histories = createLiveHistories(shop.service);
  await shop.send({ itemId: "not in the catalogue", type: "view" });
  await shop.send({ itemId: "1", type: "purchase" });
  await shop.send({ itemId: "3", type: "hide" });
  const table = (await histories.of(shop.served, shop.project, [ANN]))!;
  assertEquals(shop.historyIn(table), ["2", "1", "3"]);
  assertEquals([...table.histories.values].map(Math.sign), [1, 1, -1]);
});

/** A project of a model without rows, whose `counting` counts statements about live events. */
async function testShop() {
  const database = await testDatabase();
  const [{ id: ownerId }] = await database.sql`
    insert into auth.users (name, email, password) values ('Ann', 'ann@example.test', '')
    returning id`;
  const [{ id: projectId }] = await database.sql`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    values (${ownerId}, 'Shop', 'COLLABORATIVE') returning id`;
  const statements = { live_events_in: 0, person_events: 0 };
  const counting = postgres(connectedAs(database.url, "airec_service"), {
    onnotice: () => {},
    debug: (_connection, query) => {
      for (const name of ["live_events_in", "person_events"] as const) {
        if (query.includes(name)) statements[name]++;
      }
    },
  });
  const model = exampleModel("COLLABORATIVE");
  const project = { ownerId: ownerId as string, projectId: projectId as number };
  /** Ids of the items in ann's history, the last event last. */
  const historyIn = (table: UserTable | undefined) => {
    const user = indexOfString(table!.ids, "ann");
    const { offsets, columns } = table!.histories;
    return [...columns.subarray(offsets[user], offsets[user + 1])]
      .map((item) => stringAt(model.items.ids, item));
  };
  return {
    ...{ service: database.service, counting, statements, model, project, historyIn },
    served: { version: "1", model, stale: false },
    send: (event: { itemId: string; type: string }) =>
      appendEvents(database.service, [{
        ...{ ...project, ...ANN },
        events: [{ ...event, id: null, value: null, at: Date.now(), known: true }],
      }]),
    async [Symbol.asyncDispose]() {
      await counting.end();
      await database[Symbol.asyncDispose]();
    },
  };
}
