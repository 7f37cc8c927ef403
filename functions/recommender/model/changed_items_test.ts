import { assert, assertEquals } from "@std/assert";
import { exampleModel } from "../../../testing/example_model.ts";
import { popularItems, recommend, similarItems } from "./answer.ts";
import { type ChangedItem, type ItemChanges, withChangedItems } from "./changed_items.ts";
import { describeItem, facetsOf } from "./facets.ts";
import type { Column, Model, SparseRows } from "./model.ts";
import { rankScaled } from "./rank.ts";
import { searchStrings } from "./search.ts";
import { seededRandom } from "./seeded_random.ts";
import { indexOfString, stringTable } from "./string_table.ts";

const COLUMNS: Column[] = [
  { name: "price", kind: "number", values: Float32Array.of(1, 2, 3, NaN, 5) },
  {
    name: "kind",
    kind: "text",
    terms: stringTable(["Drama", "War"]),
    offsets: Uint32Array.of(0, 1, 2, 2, 3, 4),
    codes: Uint16Array.of(0, 1, 0, 1),
  },
];

function model(type: Model["manifest"]["model_type"] = "HYBRID"): Model {
  return { ...exampleModel(type), columns: COLUMNS };
}

function changes(
  items: Record<string, Partial<Omit<ChangedItem, "cells">> & { cells?: Record<string, unknown> }>,
  rows: Record<string, [item: number, weight: number][]> = {},
): ItemChanges {
  return {
    items: new Map(
      Object.entries(items).map(([id, { title = null, cells = {}, deleted = false }]) => [
        id,
        { title, deleted, cells: new Map(Object.entries(cells)) as ChangedItem["cells"] },
      ]),
    ),
    rows: new Map(
      Object.entries(rows).map(([id, entries]) => [id, {
        items: entries.map(([item]) => item),
        weights: entries.map(([, weight]) => weight),
        similar: null,
      }]),
    ),
  };
}

const idsOf = (list: { item_id: string }[]) => list.map(({ item_id }) => item_id);

Deno.test("changed values count in filters, summaries and descriptions", () => {
  const changed = withChangedItems(
    model(),
    changes({
      "1": { cells: { price: 9.9, kind: ["drama", "Crime"] } },
      "2": { cells: { price: null } },
    }),
  );
  const cheap = (filter: Record<string, never> | object) =>
    idsOf(popularItems(changed, { filter: filter as never }));
  assertEquals(cheap({ price: { lt: 4 } }), ["3"]);
  assertEquals(cheap({ price: 9.9 }), ["1"]);
  assertEquals(cheap({ kind: "crime" }), ["1"]);
  assertEquals(cheap({ kind: "Drama" }), ["1", "04"]);
  assertEquals(describeItem(changed, 0), { price: 9.9, kind: ["Drama", "Crime"] });
  assertEquals(facetsOf(changed, { most: 3 }), [
    { name: "price", kind: "number", min: 3, max: 9.9 },
    {
      name: "kind",
      kind: "list",
      terms: [
        { term: "Drama", items: 2 },
        { term: "War", items: 2 },
        { term: "Crime", items: 1 },
      ],
    },
  ]);
});

Deno.test("an added item is found by id, title and filter, and ranks by its row", () => {
  const added = changes(
    { new: { title: "Stalker", cells: { price: 7 } }, bare: {} },
    { new: [[0, 0.75], [4, 0.5], [99, 1]] },
  );
  const changed = withChangedItems(model(), added);
  const { ids, titles } = changed.items;
  assertEquals([indexOfString(ids, "new"), indexOfString(titles, "Stalker")], [5, 5]);
  assertEquals(searchStrings(titles, { q: "stal", offset: 0, limit: 9 }), [5]);
  assertEquals(searchStrings(titles, { q: "bare", offset: 0, limit: 9 }), [6]);
  assertEquals(idsOf(popularItems(changed)), ["3", "five", "1", "2", "04", "new", "bare"]);
  assertEquals(idsOf(popularItems(changed, { filter: { price: 7 } })), ["new"]);
  // After item 1: weights .75 for the new one, 1 for 2 and .5 for 04.
  const list = recommend(changed, { history: ["1"], n: 3, explain: true }, { anyOf: true });
  assertEquals(list.recommendations.map(({ item_id, score, reason }) => [item_id, score, reason]), [
    ["2", 1, "because of Heat"],
    ["new", 0.75, "because of Heat"],
    ["04", 0.5, "because of Heat"],
  ]);
  // The new item in a history recommends those of its row.
  const after = recommend(changed, { history: ["new"], n: 2 }, { anyOf: true });
  assertEquals(after.recommendations.map(({ item_id, score }) => [item_id, score]), [
    ["1", 0.75],
    ["five", 0.5],
  ]);
  const similar = similarItems(changed, { item_title: "stalker", n: 2, diversity: 0.5 });
  assertEquals(idsOf(similar.recommendations), ["1", "five"]);
  assert(!similar.recommendations.some(({ score }) => Number.isNaN(score)));
});

Deno.test("similar items of a new one come from its similar row alone, as for all items", () => {
  const base = { ...model(), similar: model().weights };
  const { items, rows } = changes({ new: {} }, { new: [[0, 0.75], [4, 0.5]] });
  const alike = (similar: number[] | null) => {
    const own = new Map([["new", { ...rows.get("new")!, similar }]]);
    const changed = withChangedItems(base, { items, rows: own });
    const { recommendations } = similarItems(changed, { item_id: "new", n: 5 });
    return recommendations.filter(({ score }) => score > 0).map(({ item_id }) => item_id);
  };
  assertEquals([alike([0.1, 0.2]), alike(null)], [["five", "1"], []]);
});

Deno.test("a deleted item is in no list, search or summary, and is unknown by id", () => {
  const changed = withChangedItems(
    model(),
    changes({ "2": { deleted: true }, gone: { deleted: true } }),
  );
  assertEquals(idsOf(popularItems(changed)), ["3", "five", "1", "04"]);
  const list = recommend(changed, { user_id: "7", history: ["1"], n: 9 }, { anyOf: true });
  assertEquals(idsOf(list.recommendations), ["04", "3", "five"]);
  assertEquals(idsOf(similarItems(changed, { item_id: "1", n: 9 }).recommendations), [
    "04",
    "3",
    "five",
  ]);
  const { titles, popularOrder } = changed.items;
  const search = { offset: 0, limit: 9, order: popularOrder };
  assertEquals(searchStrings(titles, { ...search, q: "" }), [2, 4, 0, 3]);
  // The other film of this title.
  assertEquals(searchStrings(titles, { ...search, q: "solaris" }), [2]);
  assertEquals(indexOfString(titles, "Solaris"), 2);
  assertEquals(indexOfString(changed.items.ids, "2"), -1);
  assertEquals(facetsOf(changed, { most: 9 })[1].terms, [
    { term: "Drama", items: 2 },
    { term: "War", items: 1 },
  ]);
  assertEquals(idsOf(popularItems(changed, { filter: { price: { gt: 0 } } })), ["3", "five", "1"]);
});

Deno.test("without changes it is the same model, and unknown deletions change nothing", () => {
  const base = model();
  assertEquals(withChangedItems(base, changes({ gone: { deleted: true } })) === base, true);
  const priced = withChangedItems(base, changes({ "1": { cells: { price: 4 } } }));
  assertEquals(priced.items, base.items);
  assertEquals([priced.weights === base.weights, priced.columns![1] === COLUMNS[1]], [true, true]);
});

Deno.test("a title that changed is found, and the old one is not", () => {
  const changed = withChangedItems(model(), changes({ "1": { title: "Zorro" } }));
  const { titles } = changed.items;
  assertEquals([indexOfString(titles, "Zorro"), indexOfString(titles, "Heat")], [0, -1]);
  assertEquals(searchStrings(titles, { q: "h", offset: 0, limit: 9 }), []);
  assertEquals(searchStrings(titles, { q: "zor", offset: 0, limit: 9 }), [0]);
});

Deno.test("columns have the changed values, and all others as before", () => {
  const random = seededRandom(4903);
  const below = (n: number) => Math.floor(random() * n);
  const words = ["a", "b", "c", "d", "e", "f"];
  for (let round = 0; round < 100; round++) {
    const items = 1 + below(12);
    const lists = Array.from({ length: items }, () => words.filter(() => random() < 0.3));
    const terms = stringTable(words.slice(0, 4));
    const kept = lists.map((list) => list.filter((word) => word < "e"));
    const base: Model = {
      ...randomModel(items, random),
      columns: [{
        ...{ name: "tags", kind: "list", terms },
        offsets: Uint32Array.from([0, ...kept.map((_, i) => kept.slice(0, i + 1).flat().length)]),
        codes: Uint16Array.from(kept.flat(), (word) => words.indexOf(word)),
      }],
    };
    const expected = new Map<string, string[]>(kept.map((list, i) => [`i${i}`, list]));
    const changed: Record<string, Partial<{ cells: Record<string, unknown>; deleted: boolean }>> =
      {};
    for (let i = below(5); i > 0; i--) {
      const id = `i${below(items + 3)}`;
      const list = words.filter(() => random() < 0.4);
      changed[id] = below(4) === 0 ? { deleted: true } : {
        cells: { tags: list.length > 0 ? list : null },
      };
      expected.set(id, changed[id].deleted ? [] : list);
    }
    const model = withChangedItems(base, changes(changed));
    for (const [id, list] of expected) {
      const item = indexOfString(model.items.ids, id);
      if (changed[id]?.deleted) assertEquals(item, -1);
      else assertEquals(describeItem(model, item), list.length > 0 ? { tags: list } : {});
    }
  }
});

Deno.test("the scores of the training's items are bit-equal with any changes", () => {
  const random = seededRandom(4902);
  const below = (n: number) => Math.floor(random() * n);
  for (let round = 0; round < 200; round++) {
    const items = 5 + below(40);
    const base = randomModel(items, random);
    const entries = () =>
      Array.from({ length: below(8) }, () => [below(items), random() * 4 - 1] as [number, number]);
    const rows = Object.fromEntries(
      Array.from({ length: below(6) }, (_, n) => [
        `new${n}`,
        [...new Map(entries())] as [number, number][],
      ]),
    );
    const changed = withChangedItems(
      base,
      changes({
        ...Object.fromEntries(Object.keys(rows).map((id) => [id, {}])),
        i0: { title: "renamed" },
        i1: { deleted: true },
      }, rows),
    );
    const history = {
      items: Array.from({ length: below(6) }, () => below(items)),
      weights: Float32Array.from({ length: 6 }, () => random() * 2 - 0.5),
    };
    const item = below(2) === 0 ? undefined : below(items);
    const question = { item, history, n: items + 6 };
    const before = rankScaled(base, { ...question, exclude: [1] });
    const after = rankScaled(changed, { ...question, excluded: changed.deleted });
    assertEquals([after.historyScale, after.itemScale], [before.historyScale, before.itemScale]);
    assertEquals(after.ranked.filter(({ item }) => item < items), before.ranked);
  }
});

function randomModel(items: number, random: () => number): Model {
  const rows: SparseRows = {
    offsets: new Uint32Array(items + 1),
    columns: new Uint32Array(items * items),
    values: new Float32Array(items * items),
  };
  let entry = 0;
  for (let row = 0; row < items; row++) {
    for (let column = 0; column < items; column++) {
      if (column === row || random() > 0.2) continue;
      rows.columns[entry] = column;
      rows.values[entry++] = random() * 2 - 0.3;
    }
    rows.offsets[row + 1] = entry;
  }
  const popularity = Uint32Array.from({ length: items }, () => Math.floor(random() * 3));
  const { manifest } = exampleModel("HYBRID");
  return {
    manifest: { ...manifest, items },
    items: {
      ids: stringTable(Array.from({ length: items }, (_, i) => `i${i}`)),
      titles: stringTable(Array.from({ length: items }, (_, i) => `Item ${i}`)),
      popularity,
      popularOrder: Uint32Array.from(popularity.keys())
        .sort((a, b) => popularity[b] - popularity[a] || a - b),
    },
    weights: rows,
  };
}
