/** Two kinds of users, who rate as many items of the other kind down: recommendations by kind. */
import { assert, assertEquals } from "@std/assert";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import { COMMON } from "../../functions/recommender/files/dialect.ts";
import { recommend, recommendBatch } from "../../functions/recommender/model/answer.ts";
import type { Model, ModelType } from "../../functions/recommender/model/model.ts";
import { train, type Trained } from "./train_model.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import type { DataFile } from "../dataset/open_rows.ts";
import { readDataset } from "../dataset/read.ts";
import { openDense } from "../linalg/open_dense.ts";

const USERS = 60;
const ITEMS = 60;
const LIKED = 8;
const dense = await openDense();

/** How a file notates likes and dislikes. */
interface Notation {
  column: "rating" | "event";
  yes: string[];
  no: string[];
}

const NOTATIONS: Record<string, Notation> = {
  "0 and 1": { column: "rating", yes: ["1"], no: ["0"] },
  "−1 and 1": { column: "rating", yes: ["1"], no: ["-1"] },
  "stars": { column: "rating", yes: ["4", "5"], no: ["1", "2"] },
  "one to ten": { column: "rating", yes: ["8", "9", "10"], no: ["1", "2", "3", "4"] },
  "thumbs": { column: "event", yes: ["thumbs_up"], no: ["thumbs_down"] },
  "removals": { column: "event", yes: ["view"], no: ["remove_from_cart"] },
  "words": { column: "event", yes: ["Like"], no: ["Dislike"] },
};

/** Even items and users are of one kind, odd ones of the other. */
const tasteOf = (item: number | string) => Number(String(item).replace("i", "")) % 2;

/** Each user likes items of their own kind, and dislikes 1.5 times as many of the other kind. */
function rowsText({ yes, no }: Notation): string {
  const draw = seededRandom(7);
  const any = <Value>(of: Value[]) => of[Math.floor(draw() * of.length)];
  const lines = ["user,item,value"];
  for (let user = 0; user < USERS; user++) {
    const ratings = new Map<number, string>();
    while (ratings.size < LIKED) {
      ratings.set(2 * Math.floor(draw() * ITEMS / 2) + user % 2, any(yes));
    }
    while (ratings.size < 2.5 * LIKED) {
      ratings.set(2 * Math.floor(draw() * ITEMS / 2) + 1 - user % 2, any(no));
    }
    const rows = [...ratings].sort(() => draw() - 0.5);
    for (const [item, word] of rows) lines.push(`u${user},i${item},${word}`);
  }
  return lines.join("\n") + "\n";
}

function file(kind: DataFile["kind"], text: string, mapping: DataFile["mapping"]): DataFile {
  const open = () => Promise.resolve(bytesOf(new Blob([text])));
  return { name: kind, open, kind, dialect: COMMON, mapping };
}

async function trained(
  rows: string,
  { column = "rating", modelType = "COLLABORATIVE", ...options }: {
    column?: "rating" | "event";
    modelType?: ModelType;
    eventWeights?: Record<string, number>;
  },
): Promise<Trained> {
  const items = Array.from({ length: ITEMS }, (_, i) => `i${i},Item ${i},tag ${i % 7}`);
  const { dataset } = await readDataset([
    ...(modelType === "HYBRID"
      ? [
        file("CONTENT", ["id,title,tag", ...items].join("\n"), {
          item_id: "id",
          item_title: "title",
          feature_col: "tag",
        }),
      ]
      : []),
    file(
      "INTERACTION",
      rows,
      {
        user_id: "user",
        item_id: "item",
        [column === "event" ? "event_type" : "rating"]: "value",
      } as DataFile["mapping"],
    ),
  ], options);
  return await train(dataset, { modelType, dense, threads: 1 });
}

/** Returns the share of items of the user's own kind among the first five of each list. */
function ownShare(model: Model, count = USERS): number {
  const users = Array.from({ length: count }, (_, user) => `u${user}`);
  const lists = recommendBatch(model, { users, n: 5 });
  const own = lists.flatMap(({ recommendations }, user) =>
    recommendations.map(({ item_id }) => tasteOf(item_id) === user % 2 ? 1 : 0)
  );
  assertEquals(own.length, 5 * count);
  return own.reduce<number>((sum, isOwn) => sum + isOwn, 0) / own.length;
}

for (const [name, notation] of Object.entries(NOTATIONS)) {
  Deno.test(`rejected items do not attract similar ones: ${name}`, async () => {
    for (const modelType of ["COLLABORATIVE", "HYBRID"] as const) {
      const { model, report } = await trained(rowsText(notation), { ...notation, modelType });
      const share = ownShare(model);
      assert(share >= 0.9, `${modelType}: ${share} are of the own kind`);
      const { liked, neutral, rejected } = report.data.liking!;
      assertEquals([liked, neutral + rejected], [USERS * LIKED, 1.5 * USERS * LIKED]);
      // A fifth of all rows is held out; only liked ones count as relevant.
      assert(report.test!.metrics.recall > report.test!.random.recall);
      assertEquals(model.items.popularity.reduce((sum, count) => sum + count, 0), liked);
    }
  });
}

Deno.test("few high stars among many low ones of both kinds: 2 of 5 is not liked", async () => {
  const draw = seededRandom(3);
  const lines = ["user,item,value"];
  let sum = 0;
  for (let user = 0; user < 120; user++) {
    const ratings = new Map<number, number>();
    const rate = (kind: number, { from, count }: { from: number; count: number }) => {
      const size = ratings.size + count;
      while (ratings.size < size) {
        const item = 2 * Math.floor(draw() * ITEMS / 2) + kind;
        if (!ratings.has(item)) ratings.set(item, from + Math.floor(2 * draw()));
      }
    };
    rate(user % 2, { from: 4, count: 4 });
    rate(user % 2, { from: 1, count: 14 });
    rate(1 - user % 2, { from: 1, count: 14 });
    for (const [item, stars] of ratings) {
      lines.push(`u${user},i${item},${stars}`);
      sum += stars;
    }
  }
  const mean = sum / (lines.length - 1);
  assert(mean < 1.9, `the mean is ${mean}`);
  const { model, report } = await trained(lines.join("\n") + "\n", {});
  assertEquals(report.data.liking!.liked, 120 * 4);
  const share = ownShare(model, 120);
  assert(share >= 0.9, `${share} are of the own kind`);
});

Deno.test("a history in the request is weighted by its ratings: low ratings do not attract", async () => {
  const { model } = await trained(rowsText(NOTATIONS.stars), {});
  const kinds = (history: { item_id: string; rating: number }[]) =>
    recommend(model, { history, n: 5 }).recommendations.map(({ item_id }) => tasteOf(item_id));
  const ratings = (kind: number, rating: number) =>
    [10, 20, 30, 40].map((item) => ({ item_id: `i${item + kind}`, rating }));
  for (const own of [0, 1]) {
    assertEquals(kinds([...ratings(own, 5), ...ratings(1 - own, 1)]), Array(5).fill(own));
  }
  // Only low ratings: no evidence for any item, so the result is ordered by popularity.
  const { recommendations } = recommend(model, { history: ratings(0, 1), n: 5 });
  assert(recommendations.every(({ score }) => score === 0));
});

Deno.test("a user who only rejects items of one kind is not recommended that kind", async () => {
  const views = rowsText({ column: "event", yes: ["view"], no: [] as string[] })
    .split("\n").filter((line) => line.endsWith("view"));
  const words = ["hide", "dislike", "thumbs_down", "dismissed", "block"];
  for (const word of [...words, "remove_from_cart", "returned", "unlike", "refund"]) {
    const rejections = [0, 2, 4, 6, 8].map((item) => `cy,i${item},${word}`);
    const rows = ["user,item,value", ...views, ...rejections].join("\n");
    const { model, report } = await trained(rows, { column: "event" });
    assertEquals(report.data.liking!.rejected, 5);
    for (const include_seen of [false, true]) {
      const { recommendations } = recommend(model, { user_id: "cy", n: 5, include_seen });
      assertEquals(recommendations.map(({ item_id }) => tasteOf(item_id)), Array(5).fill(1), word);
    }
    const all = recommend(model, { user_id: "cy", n: ITEMS, include_seen: true, explain: true });
    assertEquals(all.recommendations.length, ITEMS - 5);
  }
});

Deno.test("event weights of 0 or below are respected", async () => {
  const rows = rowsText({ column: "event", yes: ["shown"], no: ["zapped"] });
  const zero = await trained(rows, { column: "event", eventWeights: { zapped: 0 } });
  assert(ownShare(zero.model) >= 0.9);
  assertEquals(zero.report.data.liking!.rejected, 0);
  const below = await trained(rows, { column: "event", eventWeights: { zapped: -2 } });
  assert(ownShare(below.model) >= 0.9);
  assertEquals(below.report.data.liking!.neutral, 0);
  const unset = await trained(rows, { column: "event" });
  assert(ownShare(unset.model) < 0.9);
});
