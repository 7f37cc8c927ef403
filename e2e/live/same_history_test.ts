/**
 * The same interactions make the same history, item by item and weight by weight, whether a training
 * reads them (rows A and B), a service adds the live events B to a model of A, or a request sends them
 * as `history`: on Deno, on Workers, in a browser and in Python.
 */
import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join, toFileUrl } from "@std/path";
import { stop } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { buildModel } from "../../ops/deploy/build_model.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { MANIFEST } from "../../functions/recommender/model/artifact/artifact.ts";
import { TAKEN_BACK } from "../../functions/recommender/model/history/liking.ts";
import type * as device from "../../functions/recommender/model/device.ts";
import type { Manifest } from "../../functions/recommender/model/model.ts";
import type { SentItem } from "../../functions/recommender/model/request.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { installationId } from "../../functions/recommender/projects/projects.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import { writeFiles } from "../../testing/artifact.ts";
import { startBrowser } from "../../testing/browser/browser.ts";
import { publishChampion } from "../../testing/champion.ts";
import { publish, signedUp as signedUpAtEdge, testEdge } from "../../testing/edge.ts";
import { probedWeights, weightProbe } from "../../testing/models/weight_probe.ts";
import { ignoreWithout, part } from "../../testing/runner/optional_parts.ts";
import {
  call,
  json,
  signedUp,
  startSystem,
  type System,
  untilReady,
} from "../../testing/system.ts";
import { until } from "../../testing/until.ts";

Deno.test.afterAll(() => stop());

/** An interaction, in a file, as a live event and in a request. */
interface Row {
  user: string;
  item: string;
  type: string;
  /** Null if the row has none. */
  rating: number | null;
  /** Milliseconds since 1970. */
  at: number;
}

type Weights = Record<string, number>;

const [USERS, ITEMS, DAY] = [40, 25, 86_400_000];
/** Types of events, the most frequent first. */
const TYPES = ["view", "click", "cart", "purchase", "like", "rating", "play"];
const OPINIONS = ["rating", "hide", "dislike", "retract"];
/** Words that undo or reject in files: one of rows A and B, and others that no file has. */
const WORD = "return";
const LIVE_WORDS = ["Retoure", "skip", "unlike"];
/** Ratings of a made data set: stars, none, amounts. */
const RATINGS = [[1, 2, 3, 4, 5, 5], [], [1, 2, 7.5, 30, 350]];

const FILES = ["manifest.json", "model.safetensors", "users.safetensors", "state.safetensors"];
const LIST = { limit: 2 * ITEMS };

/** Returns rows A of a file and later rows B, with repeats, and few distinct times. */
function madeRows(seed: number): { a: Row[]; b: Row[] } {
  const draw = seededRandom(seed);
  const oneOf = <Value>(values: readonly Value[]) => values[Math.floor(draw() * values.length)];
  const first = Math.floor(Date.now() / DAY - 30) * DAY;
  const ratings = RATINGS[seed % RATINGS.length];
  const row = (user: string, words: readonly string[]): Row => {
    const isOpinion = draw() < 0.3;
    const type = isOpinion
      ? oneOf([...OPINIONS, ...words])
      : TYPES[Math.floor(TYPES.length * draw() ** 1.5)];
    return {
      user,
      item: `i${Math.floor(ITEMS * draw() ** 1.5)}`,
      type: type === "rating" && ratings.length === 0 ? "view" : type,
      rating: type === "rating" && ratings.length > 0 ? oneOf(ratings) : null,
      // Of A and B alike, so that B has rows before those of A and at the same time.
      at: first + DAY * Math.floor(12 * draw()) + 250 * Math.floor(3 * draw()),
    };
  };
  const a = Array.from(
    { length: 1_000 },
    () => row(`u${Math.floor(USERS * draw() ** 1.5)}`, [WORD]),
  );
  const known = new Set(a.map(({ item }) => item));
  const met = new Set<string>();
  const b = Array.from(
    { length: 250 },
    () => row(`u${Math.floor(2 * USERS * draw() ** 2)}`, [WORD, ...LIVE_WORDS]),
  )
    .filter(({ item }) => known.has(item))
    // Of one day, repeats of live events do not count, while those of files do.
    .filter(({ user, item, type, at }) => {
      const day = [user, item, type, Math.floor(at / DAY)].join();
      return OPINIONS.includes(type) || met.size < met.add(day).size;
    });
  return { a, b };
}

function csvOf(rows: readonly Row[]): string {
  const lines = rows.map(({ user, item, type, rating, at }) =>
    [user, item, type, rating ?? "", at / 1000].join()
  );
  return `${["user,item,event,rating,time", ...lines].join("\n")}\n`;
}

/** Other names of types, which a request and live events may use. */
const NAMES: Record<string, string> = {
  view: "Product Viewed",
  cart: "add_to_cart",
  purchase: "Order Completed",
  retract: "undo",
};

function sentOf(rows: readonly Row[]): SentItem[] {
  return rows.map(({ item, type, rating, at }, place) => ({
    item_id: item,
    event_type: place % 2 > 0 && NAMES[type] || type,
    ...(rating !== null && { rating }),
    timestamp: at / 1000,
  }));
}

/** Sends rows as live events by key, those of a user in one call. */
async function sendLive(
  at: string,
  { project_id, key, rows }: { project_id: number; key: string; rows: readonly Row[] },
): Promise<void> {
  for (const [user_id, own] of Map.groupBy(rows, ({ user }) => user)) {
    const events = own.map(({ item, type, rating, at }) => ({
      ...{ id: crypto.randomUUID(), item_id: item, type, at },
      ...(rating !== null && { value: rating }),
    }));
    const body = json({ project_id, user_id, events }, { "x-api-key": key });
    const { accepted } = await call(`${at}/api/interactions`, { ...body, expect: 202 });
    assertEquals(accepted, events.length);
  }
}

/** Returns the histories of users as the API shows them, oldest first. */
async function histories(
  url: string,
  { headers, users }: { headers: { authorization: string }; users: readonly string[] },
): Promise<Record<string, [item: string, weight: number][]>> {
  const found: Record<string, [string, number][]> = {};
  for (const user of users) {
    const { items } = await call(`${url}/users/${user}/history?limit=${ITEMS}`, { headers });
    found[user] = items.map(({ item_id, weight }: { item_id: string; weight: number }) => [
      item_id,
      weight,
    ]).reverse();
  }
  return found;
}

/** Creates a project from rows, and waits for its first model. */
async function trained(
  system: System,
  { headers, rows }: { headers: { authorization: string }; rows: readonly Row[] },
): Promise<{ id: number; mlflow_model_name: string }> {
  const body = new FormData();
  body.set("project_name", "Made");
  body.set("interaction_file", new File([csvOf(rows)], "rows.csv"));
  body.set(
    "interaction_schema_json",
    JSON.stringify({
      ...{ user_id: "user", item_id: "item", event_type: "event" },
      ...{ rating: "rating", timestamp: "time" },
    }),
  );
  const url = `${system.at.recommender}/create-project`;
  const project = await call(url, { method: "POST", headers, body, expect: 201 });
  await untilReady(system, headers, project);
  return project;
}

/** Returns the files of a project's model. */
async function filesOf(
  url: string,
  headers: { authorization: string },
): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  return Object.fromEntries(
    await Promise.all(FILES.map(async (name) => {
      const response = await fetch(`${url}/model/${name}`, { headers });
      assertEquals(response.status, 200, name);
      return [`data/${name}`, new Uint8Array(await response.arrayBuffer())];
    })),
  );
}

function manifestOf(files: Record<string, Uint8Array>): Manifest {
  return JSON.parse(new TextDecoder().decode(files[MANIFEST]));
}

/** Returns the weights that Python's reader makes of histories. */
async function inPython(
  files: Record<string, Uint8Array<ArrayBuffer>>,
  sent: readonly SentItem[][],
): Promise<Weights[]> {
  const folder = await Deno.makeTempDir({ prefix: "airec-probe-" });
  try {
    await writeFiles(folder, files);
    const loader = new URL("../../worker-trainer/publish/pyfunc/", import.meta.url);
    await Deno.writeTextFile(join(folder, "sent.json"), JSON.stringify(sent));
    const { stdout, stderr } = await new Deno.Command(part("python")!, {
      args: [
        "-c",
        `
import json, pathlib, sys
from airec_pyfunc import Recommender
folder = pathlib.Path(sys.argv[1])
reader = Recommender(folder / "data")
sent = json.loads((folder / "sent.json").read_text())
print(json.dumps([reader.recommend({"history": rows}, n=${LIST.limit}) for rows in sent]))`,
        folder,
      ],
      cwd: dirname(fromFileUrl(new URL("loader.ts", loader))),
      env: { PYTHONDONTWRITEBYTECODE: "1" },
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert(text !== "", new TextDecoder().decode(stderr));
    return JSON.parse(text).map(probedWeights);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Global of the page. */
declare const airec: typeof device;

/** Opens a page from disk that has the reader of browsers. */
async function deviceAt(folder: string, browser: Browser): Promise<Page> {
  await writeFiles(folder, {
    "airec-model.js": new Uint8Array((await buildModel()).script),
    "index.html": new TextEncoder().encode(
      '<!DOCTYPE html><script src="airec-model.js"></script><input type="file" multiple>',
    ),
  });
  const page = await browser.newPage();
  await page.goto(toFileUrl(join(folder, "index.html")).href);
  return page;
}

/** Returns the lists of the page's reader for histories. */
async function openedBy(
  page: Page,
  { files, folder }: { files: Record<string, Uint8Array<ArrayBuffer>>; folder: string },
  rows: SentItem[][],
) {
  await writeFiles(folder, files);
  await page.setInputFiles(
    "input",
    ["manifest.json", "model.safetensors"].map((name) => join(folder, "data", name)),
  );
  return await page.evaluate(async ({ rows, n }) => {
    const model = await airec.openModel({ files: document.querySelector("input")!.files! });
    return rows.map((history) => model.recommend({ history, n }).recommendations);
  }, { rows, n: LIST.limit });
}

Deno.test({
  name: "a training on A and B, live B on a model of A, and sent rows make the same histories",
  ignore: ignoreWithout("python") || ignoreWithout("chromium"),
  // Chromium's pipes and timers, and those of workerd, outlive a step.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using stack = new AsyncDisposableStack();
    await using system = await startSystem();
    await using edge = await testEdge();
    await using test = await startBrowser();
    const folder = await Deno.makeTempDir({ prefix: "airec-page-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const page = await deviceAt(folder, test.browser);
    const headers = await signedUp(system);
    const atEdge = await signedUpAtEdge(edge);
    const [key, edgeKey] = await Promise.all([
      call(`${system.at.webhooks}/api/apps/register`, {
        ...json({ app_name: "Shop" }, headers),
        expect: 201,
      }),
      edge.call("webhooks", "/api/apps/register", {
        ...json({ app_name: "Shop" }, atEdge),
        expect: 201,
      }),
    ]).then((apps) => apps.map(({ api_key }) => api_key));
    const registry = folderRegistry(diskBlobs(system.blobsFolder), {
      installation: await installationId(system.sql),
    });

    for (const [seed, ratings] of RATINGS.entries()) {
      await t.step(`ratings ${ratings.join() || "missing"}`, async () => {
        const { a, b } = madeRows(seed);
        const { id, mlflow_model_name: model } = await trained(system, { headers, rows: a });
        const url = `${system.at.recommender}/project/${id}`;
        const ofA = await filesOf(url, headers);
        await sendLive(system.at.webhooks, { project_id: id, key, rows: b });
        const version = async () =>
          (await call(`${url}/popular?limit=1`, { headers })).model_version;
        await call(`${url}/retrain`, { method: "POST", headers, expect: 202 });
        await untilReady(system, headers, { id });
        // Whether the gate prefers the second version does not matter here.
        const [{ version: second }] = await call(`${url}/versions`, { headers });
        await call(`${url}/versions/${second}/promote`, { method: "POST", headers });
        await until(async () => await version() === second);

        // 1. The training's histories, under its reading.
        const manifest = manifestOf(await filesOf(url, headers));
        const users = [...new Set([...a, ...b].map(({ user }) => user))];
        const learned = await histories(url, { headers, users });
        const signs = new Set(Object.values(learned).flat().map(([, weight]) => Math.sign(weight)));
        assertEquals(signs, new Set([-1, 0, 1]));

        // 2. Those of a model of A, with B as live events.
        const { learned_to = 0 } = manifestOf(ofA);
        assert(learned_to < manifest.learned_to!);
        const reading = manifest.reading!;
        const { skip, retoure, ...known } = reading.event_weights;
        assertEquals({ skip, retoure, return: known[WORD] }, {
          ...{ skip: -1, retoure: null, return: TAKEN_BACK },
        });
        // Services know the words that only live events have so far; files of a model do not.
        const unread = { ...reading, event_weights: known };
        const probe = await weightProbe(ofA, { reading: unread, learned_to });
        const published = await publishChampion(registry, { model, files: probe });
        await until(async () => await version() === published);
        // The others have what the training of A stored, under its own reading.
        const live = [...new Set(b.map(({ user }) => user))];
        assert(live.some((user) => !a.some((row) => row.user === user)), "new users");
        const learnedLive = Object.fromEntries(live.map((user) => [user, learned[user]]));
        assertEquals(await histories(url, { headers, users: live }), learnedLive, "Deno");

        const [{ id: edgeId }] = await edge.sql<{ id: number }[]>`
          insert into recommender.recommender_projects (owner_id, project_name, model_type)
          select id, 'Made', 'COLLABORATIVE' from auth.users limit 1 returning id`;
        // Of another database, whose numbers of events are its own.
        const probeAtEdge = await weightProbe(ofA, { reading: unread, learned_to: 0 });
        await publish(edge, edgeId, { files: probeAtEdge });
        const edgeUrl = `${edge.at.recommender}/project/${edgeId}`;
        await sendLive(edge.at.webhooks, { project_id: edgeId, key: edgeKey, rows: b });
        const liveAtEdge = await histories(edgeUrl, { headers: atEdge, users: live });
        assertEquals(liveAtEdge, learnedLive, "Workers");

        // 3. The rows sent as history, to each reader of the model.
        const rows = users.map((user) => sentOf([...a, ...b].filter((row) => row.user === user)));
        const wanted = users.map((user) => Object.fromEntries(learned[user].toSorted()));
        const asked = async (at: string, apiKey: string, project_id: number) => {
          const lists: Weights[] = [];
          for (const history of rows) {
            const body = json({ project_id, history, ...LIST }, { "x-api-key": apiKey });
            lists.push(probedWeights((await call(`${at}/api/recommend`, body)).recommendations));
          }
          return lists;
        };
        assertEquals(await asked(system.at.webhooks, key, id), wanted, "Deno");
        assertEquals(await asked(edge.at.webhooks, edgeKey, edgeId), wanted, "Workers");
        // Other readers know them from a training that has read them.
        const learnedProbe = await weightProbe(ofA, { reading, learned_to });
        assertEquals(await inPython(learnedProbe, rows), wanted, "Python");
        const inBrowser = await openedBy(page, { files: learnedProbe, folder }, rows);
        assertEquals(inBrowser.map(probedWeights), wanted, "browser");
      });
    }
  },
});
