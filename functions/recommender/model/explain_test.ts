import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { recommend } from "./answer.ts";
import { exampleModel } from "../../../testing/example_model.ts";
import type { Column, Model, ModelType, SparseRows } from "./model.ts";
import { stringTable } from "./string_table.ts";
import { seededRandom } from "./seeded_random.ts";

/** The five films with genres and languages; the last one has neither. */
const columns: Column[] = [
  {
    name: "language",
    kind: "text",
    terms: stringTable(["English", "Russian"]),
    offsets: Uint32Array.of(0, 1, 2, 2, 3, 3),
    codes: Uint16Array.of(0, 1, 0),
  },
  {
    name: "genre",
    kind: "list",
    terms: stringTable(["Crime", "Thriller", "Drama", "Noir"]),
    offsets: Uint32Array.of(0, 4, 5, 5, 8, 8),
    codes: Uint16Array.of(0, 1, 2, 3, 2, 3, 2, 0),
  },
];

const described = (type: ModelType): Model => ({ ...exampleModel(type), columns });

const explained = (type: ModelType, request: Parameters<typeof recommend>[1]) =>
  recommend(described(type), { ...request, explain: true }).recommendations;

Deno.test("history items are listed by contribution, the largest first", () => {
  const [alien, five, third] = explained("COLLABORATIVE", { history: [1, 2, "2", "five"], n: 9 });
  assertEquals([alien.item_id, alien.score], ["04", 0.5]);
  assertEquals(alien.parts, [{ from: "history", item_id: "1", item_title: "Heat", score: 0.5 }]);
  assertEquals(alien.reason, "because of Heat");
  assertEquals(alien.shared, undefined, "nothing was asked for to share with");
  assertEquals([five.item_id, third], ["3", undefined], "the others are in the history");
  const [first] = explained("COLLABORATIVE", { history: ["five", 1], include_seen: true });
  assertEquals([first.item_id, first.score, first.reason], [
    "2",
    1.25,
    "because of Heat and Amélie",
  ]);
  assertEquals(first.parts?.map(({ score }) => score), [1, 0.25]);
});

Deno.test("names of a stored history can be omitted, those of the request are always included", () => {
  const unnamed = { explain_history: false, include_seen: true };
  const shown = JSON.stringify(explained("COLLABORATIVE", { user_id: "ann", ...unnamed }));
  assertEquals(shown.includes('"from":"history"'), false);
  for (const answer of explained("COLLABORATIVE", { user_id: "ann", ...unnamed })) {
    assertEquals(answer.parts, []);
    assertEquals(/Heat|Solaris/.test(answer.reason!), false, answer.reason);
  }
  const [best] = explained("COLLABORATIVE", { user_id: "ann", ...unnamed });
  assertEquals(best.reason, "because of this user's history");
  // The scores are the same as with the history named.
  assertEquals(
    explained("COLLABORATIVE", { user_id: "ann", ...unnamed }).map(({ score }) => score),
    explained("COLLABORATIVE", { user_id: "ann", include_seen: true }).map(({ score }) => score),
  );
  const hybrid = explained("HYBRID", { user_id: "7", item_title: "Heat", ...unnamed });
  for (const { parts } of hybrid) assert(parts!.every(({ from }) => from === "item"));
  const sent = { history: [1, 2], user_id: "7", include_seen: true };
  assertEquals(
    explained("COLLABORATIVE", { ...sent, explain_history: false }),
    explained("COLLABORATIVE", sent),
  );
});

Deno.test("an item that occurs twice in the history is one part", () => {
  const [first] = explained("COLLABORATIVE", { history: ["2", { item_id: "2", weight: 2 }], n: 1 });
  assertEquals([first.item_id, first.score], ["1", 3]);
  assertEquals(first.parts, [{ from: "history", item_id: "2", item_title: "Solaris", score: 3 }]);
});

Deno.test("shared terms with the requested item are listed, list columns first, three in the sentence", () => {
  const [solaris, alien, third] = explained("CONTENT", { item_title: "Heat", n: 3 });
  assertEquals(solaris.reason, "shares Drama with Heat");
  assertEquals(solaris.parts, [{ from: "item", item_id: "1", item_title: "Heat", score: 1 }]);
  assertEquals(alien.shared, [
    { column: "genre", terms: ["Noir", "Drama", "Crime"] },
    { column: "language", terms: ["English"] },
  ]);
  assertEquals(alien.reason, "shares Noir, Drama, Crime with Heat");
  assertEquals([third.parts, third.reason], [[], "popular here: nothing links it to Heat"]);
  const [plain] = recommend(exampleModel("CONTENT"), { item_id: "1", explain: true })
    .recommendations;
  assertEquals(plain.reason, "is described like Heat");
  const [unshared] = explained("CONTENT", { item_id: "3", n: 1 });
  assertEquals([unshared.item_id, unshared.shared], ["five", undefined]);
});

Deno.test("the reason begins with the larger contribution, of the history or the item", () => {
  // The history's sums are Alien .5 and Amélie .25 at most; the row of Solaris (3) has only Amélie.
  const [amelie, alien] = explained("HYBRID", { user_id: "ann", item_id: "3" });
  assertEquals([amelie.item_id, amelie.score], ["five", 0.75]);
  assertEquals(amelie.parts?.map(({ from, score }) => [from, score]), [
    ["item", 0.5],
    ["history", 0.25],
  ]);
  assertEquals(amelie.reason, "goes with Solaris; because of Solaris");
  assertEquals([alien.item_id, alien.reason], ["04", "because of Heat"]);
});

Deno.test("an item without positive parts is explained as such", () => {
  const reasons = (type: ModelType, request: Parameters<typeof recommend>[1]) =>
    explained(type, request).filter(({ score }) => score === 0).map(({ reason }) => reason);
  const [unknown] = reasons("COLLABORATIVE", { user_id: "nobody" });
  assertEquals(unknown, "popular here: nothing is known about this user yet");
  const [known] = reasons("COLLABORATIVE", { user_id: "7" });
  assertEquals(known, "popular here: nothing links it to this user's history");
  const [both] = reasons("HYBRID", { user_id: "7", item_title: "Heat" });
  assertEquals(both, undefined, "everything is linked to Heat or to film 3");
  const quiet = described("HYBRID");
  quiet.items = { ...quiet.items, popularity: new Uint32Array(5) };
  const [fill] = recommend(quiet, { user_id: "nobody", item_id: "3", explain: true })
    .recommendations.filter(({ score }) => score === 0);
  assertEquals(fill.reason, "fills the list: nothing links it to Solaris");
});

Deno.test("negative parts are listed, and the reason names them", () => {
  const model = described("COLLABORATIVE");
  model.weights = { ...model.weights, values: model.weights.values.map((value) => -value) };
  const last = recommend(model, { user_id: "7", explain: true }).recommendations.at(-1)!;
  assertEquals([last.item_id, last.score], ["five", -0.5]);
  assertEquals(last.parts?.map(({ score }) => score), [-0.5]);
  assertEquals(last.reason, "fills the list: this user's history lowers its score");
});

Deno.test("parts sum to the score within 1e-5 in random models, for any request", () => {
  const random = seededRandom(9);
  const below = (n: number) => Math.floor(random() * n);
  const items = 60;
  const chanceRows = (): SparseRows => {
    const dense = Array.from(
      { length: items },
      () =>
        Array.from({ length: items }, (_, column) => ({ column, value: below(2000) / 700 - 1 }))
          .filter(() => below(4) === 0),
    );
    return {
      offsets: Uint32Array.from([0, ...dense.map((_, r) => dense.slice(0, r + 1).flat().length)]),
      columns: Uint32Array.from(dense.flat(), ({ column }) => column),
      values: Float32Array.from(dense.flat(), ({ value }) => value),
    };
  };
  const names = Array.from({ length: items }, (_, i) => `film ${i}`);
  const model: Model = {
    ...exampleModel("HYBRID"),
    items: {
      ids: stringTable(names),
      titles: stringTable(names),
      popularity: Uint32Array.from(names, () => below(9)),
      popularOrder: Uint32Array.from(names.keys()),
    },
    weights: chanceRows(),
    similar: chanceRows(),
    columns: undefined,
  };
  model.items.popularOrder.sort((a, b) =>
    model.items.popularity[b] - model.items.popularity[a] || a - b
  );
  let parts = 0;
  for (let round = 0; round < 300; round++) {
    const history = Array.from({ length: below(12) }, () => ({
      item_id: `film ${below(items)}`,
      weight: below(50) / 10,
    }));
    const { recommendations } = recommend(model, {
      history,
      user_id: "none",
      item_id: `film ${below(items)}`,
      include_seen: below(3) === 0,
      diversity: below(3) / 2,
      n: 30,
      explain: true,
    });
    for (const { parts: own, score, reason } of recommendations) {
      assertAlmostEquals(own!.reduce((sum, part) => sum + part.score, 0), score, 1e-5);
      assert(reason !== "");
      parts += own!.length;
    }
  }
  assert(parts > 10_000);
});

Deno.test("an item unlike a rejected one is explained as unlike it, not because of it", () => {
  const model = described("COLLABORATIVE");
  model.weights.values[0] = -1; // contribution of "Heat" to item 2
  const history = [{ item_id: "1", weight: -1 }];
  const [best] = recommend(model, { history, explain: true, n: 1 }).recommendations;
  assertEquals([best.item_id, best.score, best.reason], ["2", 1, "unlike Heat"]);
  model.users!.histories.values[0] = -1;
  model.users!.histories.values[1] = 0;
  const [stored] = recommend(model, {
    user_id: "ann",
    explain: true,
    explain_history: false,
    include_seen: true,
    n: 1,
  }).recommendations;
  assertEquals(stored.reason, "unlike items that this user rejected");
});
