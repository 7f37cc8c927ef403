import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import postgres from "postgres";
import { createPinnedRequest } from "../../functions/http/outgoing/pinned_request.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { connectedAs } from "../../ops/database/connected_as.ts";
import { exampleModel } from "../../testing/example_model.ts";
import { testRecommender } from "../../testing/recommender.ts";
import { loopbackServer } from "../../testing/loopback_server.ts";
import { rollUpItems } from "../live/roll_up_items.ts";
import { queueDueRetrains } from "../queue/retrains.ts";
import { fetchFeeds } from "./fetch_feeds.ts";

const ITEMS = "sku,name,price,plot\n1,Heat,1,Cops\n2,Solaris,2.50,Space\n3,Alien,3,\n";

/** A project whose item file is `ITEMS`, with a feed that `answer` serves. */
async function openShop(answer: (request: Request) => Response) {
  const stack = new AsyncDisposableStack();
  const service = stack.use(await testRecommender());
  const sql = postgres(connectedAs(service.databaseUrl, "airec_trainer"), { max: 2 });
  stack.defer(() => sql.end());
  const server = stack.use(loopbackServer(answer));
  const ann = await service.signUp("ann");
  const { body: { id } } = await ann.upload({
    project_name: "Shop",
    content_file: new File([ITEMS], "items.csv"),
    content_schema_json: '{"item_id":"sku","item_title":"name","feature_col":"plot"}',
  });
  const model = exampleModel("CONTENT");
  await service.publish(id, {
    ...model,
    manifest: {
      ...model.manifest,
      columns: [{ name: "price", kind: "number" }],
      unfilterable: [{ name: "plot", reason: "Long." }, { name: "name", reason: "Many." }],
    },
    columns: [{ name: "price", kind: "number", values: Float32Array.of(1, 2.5, 3, NaN, NaN) }],
  });
  await service.sql`
    update recommender.recommender_projects
    set settings = ${
    service.sql.json({ version: 1, feed: { url: `${server.url}/feed`, every: "1h" } })
  }`;
  const rules = {
    send: createPinnedRequest(),
    resolve: () => Promise.resolve(["127.0.0.1"]),
    allowLoopback: true,
  };
  const fetchNow = async (
    { registry = service.registry, ...changes }:
      & Partial<typeof rules>
      & { mostBytes?: number; registry?: Registry } = {},
  ) => {
    await service.sql`update recommender.item_feeds set fetched_at = now() - interval '1 hour'`;
    const { blobs } = service;
    const stop = new AbortController().signal;
    await fetchFeeds(sql, { blobs, registry, rules: { ...rules, ...changes }, stop });
    return (await ann.get(`/project/${id}/items/changes`)).body;
  };
  const stored = async () =>
    (await service.sql`
      select item_id, title, cells, deleted from recommender.live_items order by item_id`)
      .map(({ item_id, title, cells, deleted }) => [item_id, title, cells, deleted]);
  return {
    ...{ ann, id, service, sql, server, fetchNow, stored },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("a feed stores what differs from the item file, in any format, and only once", async () => {
  let feed: BodyInit =
    "sku,name,price,plot\n1,Heat,1.0,Cops\n2,Solaris,9,Space\n4,Stalker,4,Zone\n";
  await using shop = await openShop(() => new Response(feed));
  const first = await shop.fetchNow();
  assertEquals([first.changed, first.feed.error], [2, null]);
  const { new: added, changed, unchanged, rejected } = first.feed;
  assertEquals({ added, changed, unchanged, rejected }, {
    ...{ added: 1, changed: 1, unchanged: 1, rejected: 0 },
  });
  assertEquals(await shop.stored(), [
    ["2", "Solaris", { name: "Solaris", plot: "Space", price: 9 }, false],
    ["4", "Stalker", { name: "Stalker", plot: "Zone", price: 4 }, false],
  ]);
  const again = (await shop.fetchNow()).feed;
  assertEquals([again.new, again.changed, again.unchanged], [0, 0, 3]);
  // Items that are in a training's file, and no longer in the table.
  await rollUpItems(shop.sql, shop.id, { blobs: shop.service.blobs });
  await shop.service.sql`delete from recommender.live_items`;
  const rolled = (await shop.fetchNow()).feed;
  assertEquals([rolled.new, rolled.changed, rolled.unchanged], [0, 0, 3]);
  // JSON lines without a column: its values stay. An item that is not in the feed stays, too.
  feed = '{"sku": 2, "name": "Solaris", "price": 2.5}\n{"sku": 1, "name": "Heat", "price": "x"}\n';
  const lines = (await shop.fetchNow()).feed;
  assertEquals([lines.error, lines.new, lines.changed, lines.rejected], [null, 0, 1, 1]);
  assertEquals((await shop.stored()).map(([id, , cells]) => [id, cells]), [
    ["2", { name: "Solaris", price: 2.5 }],
  ]);
});

Deno.test("owners take turns, however many feeds each has", async () => {
  await using shop = await openShop(() => new Response(ITEMS));
  const { sql } = shop.service;
  await shop.service.signUp("bob");
  await sql`
    insert into recommender.recommender_projects
      (owner_id, project_name, model_type, trained_at, settings)
    select u.id, 'More', 'CONTENT', now(), p.settings
    from auth.users u, recommender.recommender_projects p,
      generate_series(1, case when u.id = p.owner_id then 3 else 1 end)`;
  await shop.fetchNow();
  const order = await sql<{ first: boolean }[]>`
    select p.owner_id = (select owner_id from recommender.recommender_projects where id = ${shop.id})
      as first
    from recommender.item_feeds f join recommender.recommender_projects p on p.id = f.project_id
    order by f.fetched_at`;
  assertEquals(order.map(({ first }) => first), [true, false, true, true, true]);
});

Deno.test("a fetch that fails by an error of this installation holds up no other", async () => {
  await using shop = await openShop(() => new Response(ITEMS));
  const { sql, registry } = shop.service;
  await shop.service.signUp("bob");
  await sql`
    insert into recommender.recommender_projects
      (owner_id, project_name, model_type, trained_at, settings)
    select u.id, 'Broken', 'CONTENT', now(), p.settings
    from auth.users u, recommender.recommender_projects p, generate_series(1, 3)
    where u.id <> p.owner_id`;
  const broken: Registry = {
    ...registry,
    alias: (model, name) =>
      model === `project-${shop.id}-recommender`
        ? registry.alias(model, name)
        : Promise.reject(new Error("broken")),
  };
  await assertRejects(() => shop.fetchNow({ registry: broken }), Error, "broken");
  const fetched = await sql`
    select error is null as is_read from recommender.item_feeds order by project_id`;
  assertEquals(fetched.map(({ is_read }) => is_read), [true, false, false, false]);
});

Deno.test("a feed is fetched when it is due, and at once after its URL changed", async () => {
  let fetches = 0;
  await using shop = await openShop(() => {
    fetches++;
    return new Response(ITEMS);
  });
  await shop.fetchNow();
  const { blobs, registry } = shop.service;
  const rules = {
    send: createPinnedRequest(),
    resolve: () => Promise.resolve(["127.0.0.1"]),
    allowLoopback: true,
  };
  const round = () =>
    fetchFeeds(shop.sql, { blobs, registry, rules, stop: new AbortController().signal });
  await round();
  assertEquals(fetches, 1);
  await shop.service.sql`
    update recommender.recommender_projects
    set settings = jsonb_set(settings, '{feed,url}', ${
    shop.service.sql.json(`${shop.server.url}/other`)
  })`;
  await Promise.all([round(), round()]);
  assertEquals(fetches, 2);
  await shop.service.sql`update recommender.recommender_projects set settings = '{"version": 1}'`;
  await shop.fetchNow();
  assertEquals(fetches, 2);
});

Deno.test("a feed that cannot be read says why, and changes nothing", async () => {
  let answer = () => new Response("");
  await using shop = await openShop((request) =>
    new URL(request.url).pathname === "/far"
      ? new Response(null, { status: 302, headers: { location: "http://10.0.0.1/items.csv" } })
      : answer()
  );
  const said = async (response: () => Response, rules = {}) => {
    answer = response;
    return (await shop.fetchNow(rules)).feed.error as string;
  };
  assertEquals(
    await said(() => new Response("no", { status: 404 })),
    "The feed responded with status 404.",
  );
  const to = (location: string) => () => new Response(null, { status: 302, headers: { location } });
  assertStringIncludes(await said(to("http://10.0.0.1/items.csv")), "must have a public address");
  assertStringIncludes(await said(to("file:///etc/passwd")), "must be an http or https URL");
  assertStringIncludes(await said(to("/feed")), "redirected more than 5 times");
  assertStringIncludes(await said(() => new Response("name,price\nHeat,1\n")), "sku");
  assertStringIncludes(
    await said(() => new Response(ITEMS), { mostBytes: 20 }),
    "The feed has more than",
  );
  assertStringIncludes(
    await said(() => new Response(ITEMS), { allowLoopback: false }),
    "The feed's URL must have a public address",
  );
  assertEquals(await shop.stored(), []);
});

Deno.test("a feed of more items than the services add comes with the next training", async () => {
  const rows = Array.from({ length: 30_000 }, (_, n) => `${n},Item ${n},${n},\n`).join("");
  await using shop = await openShop(() => new Response(`sku,name,price,plot\n${rows}`));
  const { service, sql, id } = shop;
  const counts = async () => {
    const { changed, feed } = await shop.fetchNow();
    const { url: _, fetched_at: __, ...counted } = feed;
    return [changed, counted];
  };
  const fine = { rejected: 0, error: null, waits_for_training: true };
  assertEquals(await counts(), [0, { new: 29_997, changed: 3, unchanged: 0, ...fine }]);
  // The next fetches find nothing new, and go on waiting.
  assertEquals(await counts(), [0, { new: 0, changed: 0, unchanged: 30_000, ...fine }]);
  const [file] = await service.sql`
    select rows, storage_path from recommender.uploaded_files where items_to is not null`;
  assertEquals(Number(file.rows), 30_000);
  const stored = await new Response((await service.blobs.get(file.storage_path))!.stream).text();
  assertEquals(JSON.parse(stored.split("\n")[2]), {
    ...{ item_id: "2", item_title: "Item 2", deleted: false },
    cells: { name: "Item 2", plot: null, price: 2 },
  });

  // It queues a training, once, an hour after the last one.
  const [{ learn_to }] = await service.sql`select learn_to from recommender.item_feeds`;
  const queued = async (finished: string) => {
    await service.sql`
      update recommender.recommender_projects
      set status = 'READY', finished_at = now() - ${finished}::interval`;
    return await queueDueRetrains(sql);
  };
  assertEquals([await queued("10 minutes"), await queued("2 hours")], [[], [id]]);
  await service.sql`
    insert into recommender.learned_versions (project_id, version, learned_to, learned_items)
    values (${id}, '2', 0, ${learn_to})`;
  assertEquals(await queued("2 hours"), []);
});

Deno.test("a feed that unpacks to too much, is cut off or is no file of items is refused", async () => {
  let feed: BodyInit = "";
  await using shop = await openShop(() => new Response(feed));
  const said = async (body: BodyInit) => {
    feed = body;
    return (await shop.fetchNow()).feed.error as string;
  };
  const gzip = async (text: string) =>
    await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")))
      .bytes();
  const wide = await gzip(
    `sku,name,price,plot\n${`1,Heat,1,${"x".repeat(10_000)}\n`.repeat(11_000)}`,
  );
  assertStringIncludes(await said(wide), "100 MB unpacked");
  const long = await gzip(`sku,name,price,plot\n${"1,Heat,1,\n".repeat(500_003)}`);
  assertStringIncludes(await said(long), "500,000 rows");
  const refused: [BodyInit, string][] = [
    ["", "The file is empty"],
    ["sku,name,price,plot\n", "no rows below its header line"],
    ["<!doctype html><html><body><p>Sign in</p></body></html>", "The file is HTML or XML"],
    ["sku,price,plot\n1,2,x\n", 'There is no column "name"'],
    ['{"error": "nope"}', 'There is no column "sku"'],
    [(await gzip(ITEMS)).slice(0, -5), "cannot be unpacked to its end"],
    [
      Uint8Array.from({ length: 5_000 }, (_, n) => (n * n * 31 + n) % 251),
      "bytes that no text has",
    ],
    [
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82),
      "The file is a PNG image",
    ],
    [
      Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, 1, 2, 3, 4),
      "The archive cannot be unpacked",
    ],
  ];
  for (const [body, reason] of refused) assertStringIncludes(await said(body), reason);
  assertEquals(await shop.stored(), []);
  // A new column is ignored, and what it lacks is kept.
  assertEquals(await said("sku,name,colour\n1,Heat,x\n"), null);
  assertEquals(await shop.stored(), []);
});
