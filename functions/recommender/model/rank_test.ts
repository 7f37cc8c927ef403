import { assert, assertEquals } from "@std/assert";
import type { Model, SparseRows } from "./model.ts";
import { type Question, rank, type Ranked, rankScaled } from "./rank.ts";
import { mulberry32 } from "./seeded_random.ts";
import { stringTable } from "./string_table.ts";

type Dense = number[][];

function sparse(dense: Dense): SparseRows {
  const entries = dense.map((row) =>
    row.flatMap((value, column) => value ? [{ column, value }] : [])
  );
  const flat = entries.flat();
  return {
    offsets: Uint32Array.from([0, ...entries.map((_, r) => entries.slice(0, r + 1).flat().length)]),
    columns: Uint32Array.from(flat, (e) => e.column),
    values: Float32Array.from(flat, (e) => e.value),
  };
}

function modelOf(
  weights: Dense,
  more: { popularity?: number[]; similar?: Dense; gamma?: number } = {},
): Model {
  const items = weights.length;
  const popularity = more.popularity ?? Array(items).fill(0);
  const ids = Array.from({ length: items }, (_, i) => String(i));
  return {
    manifest: {
      format: "airec-model",
      format_version: 1,
      model_type: "HYBRID",
      algorithm: "test",
      parameters: {},
      gamma: more.gamma ?? 0.5,
      dataset_fingerprint: "",
      items,
      users: 0,
      interactions: 0,
      sha256: {},
    },
    items: {
      ids: stringTable(ids),
      titles: stringTable(ids),
      popularity: Uint32Array.from(popularity),
      popularOrder: Uint32Array.from(
        [...ids.keys()].sort((a, b) => popularity[b] - popularity[a] || a - b),
      ),
    },
    weights: sparse(weights),
    similar: more.similar && sparse(more.similar),
  };
}

/** Reference implementation of `rank`: dense, with one sort. */
function rankSlowly(model: Model, question: Question): Ranked[] {
  const count = model.items.popularity.length;
  const at = (rows: SparseRows, row: number) => {
    const dense = Array<number>(count).fill(0);
    for (let e = rows.offsets[row]; e < rows.offsets[row + 1]; e++) {
      dense[rows.columns[e]] = rows.values[e];
    }
    return dense;
  };
  const seen = [...Array.from(question.history?.items ?? [])];
  const sums = Array<number>(count).fill(0);
  seen.forEach((h, place) => {
    const weight = question.history?.weights?.[place] ?? 1;
    at(model.weights, h).forEach((value, j) => sums[j] += weight * value);
  });
  let scores = sums;
  if (question.item !== undefined) {
    const row = at(model.similar ?? model.weights, question.item);
    const free = [...sums.keys()].filter((j) => j !== question.item && !seen.includes(j));
    const scale = (values: number[], share: number) => {
      const top = Math.max(0, ...free.map((j) => values[j]));
      const factor = top > 0 ? share / top : 0;
      return values.map((value) => value * factor);
    };
    const { gamma } = model.manifest;
    const [joined, own] = [scale(sums, 1 - gamma), scale(row, gamma)];
    scores = seen.length === 0 ? row : joined.map((value, j) => value + own[j]);
  }
  const excluded = new Set(question.exclude ?? []);
  const rejected = seen.filter((_, place) => (question.history?.weights?.[place] ?? 1) < 0);
  const { popularity } = model.items;
  return [...scores.keys()]
    .filter((j) => j !== question.item && !excluded.has(j))
    .filter((j) => question.includeSeen || !seen.includes(j))
    .filter((j) => !rejected.includes(j))
    .filter((j) => !question.excluded?.[j])
    .sort((a, b) => scores[b] - scores[a] || popularity[b] - popularity[a] || a - b)
    .slice(0, question.n)
    .map((item) => ({ item, score: scores[item] + 0 }));
}

const items = (ranked: Ranked[]) => ranked.map(({ item }) => item);

Deno.test("rank sums the rows of the history and leaves the history out", () => {
  const model = modelOf([[0, 1, 2, 0], [1, 0, 4, 8], [0, 0, 0, 0], [0, 0, 0, 0]]);
  assertEquals(rank(model, { history: { items: [0, 1] }, n: 4 }), [
    { item: 3, score: 8 },
    { item: 2, score: 6 },
  ]);
  assertEquals(rank(model, { history: { items: [0, 1], weights: [3, 0.5] }, n: 1 }), [
    { item: 2, score: 8 },
  ]);
  assertEquals(rank(model, { history: { items: [0, 0] }, n: 1 }), [{ item: 2, score: 4 }]);
});

Deno.test("rank orders by score, then popularity, then place in the file", () => {
  const model = modelOf(
    [[0, 1, 1, 1, 2], [], [], [], []].map((r) => r.length ? r : [0, 0, 0, 0, 0]),
    {
      popularity: [9, 5, 7, 5, 0],
    },
  );
  assertEquals(items(rank(model, { item: 0, n: 9 })), [4, 2, 1, 3]);
});

Deno.test("rank fills up by popularity at score 0, and puts negative scores last", () => {
  const model = modelOf(
    [[0, 1, -2, 0, -1, 0, 0], ...Array(6).fill(Array(7).fill(0))],
    { popularity: [0, 1, 99, 3, 98, 4, 3] },
  );
  assertEquals(rank(model, { history: { items: [0] }, n: 10 }), [
    { item: 1, score: 1 },
    { item: 5, score: 0 },
    { item: 3, score: 0 },
    { item: 6, score: 0 },
    { item: 4, score: -1 },
    { item: 2, score: -2 },
  ]);
  assertEquals(items(rank(model, { history: { items: [0] }, n: 5 })), [1, 5, 3, 6, 4]);
  assertEquals(items(rank(model, { n: 3 })), [2, 4, 5], "nothing is known: what is popular");
});

Deno.test("rank returns +0 for scores that cancel out", () => {
  const model = modelOf([[0, 0, 1, 0], [0, 0, -1, -3], [0, 0, 0, 0], [0, 0, 0, 0]], {
    popularity: [0, 0, 0, 1],
  });
  assertEquals(rank(model, { history: { items: [0, 1] }, n: 2 }), [
    { item: 2, score: 0 },
    { item: 3, score: -3 },
  ]);
  // The history's part has no positive maximum, so it counts 0, not −0.
  const [first] = rank(model, { item: 0, history: { items: [1] }, n: 4 });
  assertEquals(first, { item: 2, score: 0.5 });
  assert(
    rank(model, { item: 2, history: { items: [1] }, n: 4 }).every(({ score }) =>
      Object.is(score, 0)
    ),
  );
});

Deno.test("rank scales both parts to a maximum of 1 over unseen items, and combines them by gamma", () => {
  const weights = [[0, 100, 4, 2, 0], [50, 0, 0, 2, 1], [], [], []]
    .map((r) => r.length ? r : [0, 0, 0, 0, 0]);
  const similar = [[], [], [80, 0, 0, 1, 5], [], []].map((r) => r.length ? r : [0, 0, 0, 0, 0]);
  const model = modelOf(weights, { similar, gamma: 0.25 });
  // Sums of 0 and 1: [50, 100, 4, 4, 1]; of these 3 and 4 are neither requested nor seen, maximum
  // 4.
  assertEquals(rank(model, { item: 2, history: { items: [0, 1] }, n: 5 }), [
    { item: 3, score: 0.75 + 0.25 * (1 / 5) },
    { item: 4, score: 0.75 * (1 / 4) + 0.25 },
  ]);
  assertEquals(
    items(rank(model, { item: 2, history: { items: [0, 1] }, n: 5, includeSeen: true })),
    [
      1,
      0,
      3,
      4,
    ],
    "what was seen comes back, scaled by the same maxima",
  );
  assertEquals(rank(model, { item: 2, n: 1 }), [{ item: 0, score: 80 }], "alone: unscaled");
  assertEquals(
    rank(model, { item: 0, n: 1 }),
    rank(model, { item: 0, n: 1, history: { items: [] } }),
  );
});

Deno.test("rank never recommends the requested item or an excluded one, seen or not", () => {
  const model = modelOf([[9, 8, 7], [9, 9, 9], [1, 1, 1]]);
  const all = { includeSeen: true, n: 9 };
  assertEquals(items(rank(model, { ...all, item: 0, history: { items: [0, 1] } })), [1, 2]);
  assertEquals(items(rank(model, { ...all, history: { items: [0] }, exclude: new Set([0, 2]) })), [
    1,
  ]);
  assertEquals(rank(model, { n: 9, item: 0, exclude: [1, 2] }), []);
});

Deno.test("rejected items are never recommended and lower the scores of similar items", () => {
  const model = modelOf([[0, 2, 1, 0], [2, 0, 0, 1], [1, 0, 0, 3], [0, 1, 3, 0]], {
    popularity: [4, 3, 2, 1],
  });
  const history = { items: [0, 1], weights: [-1, 0] };
  assertEquals(rank(model, { history, n: 9 }), [{ item: 3, score: 0 }, { item: 2, score: -1 }]);
  assertEquals(items(rank(model, { history, n: 9, includeSeen: true })), [3, 2, 1]);
  // Regardless of how often and where the item occurs in the history.
  const twice = { items: [2, 2], weights: [-1, 5] };
  assertEquals(items(rank(model, { history: twice, n: 9, includeSeen: true })), [3, 0, 1]);
});

Deno.test("rank agrees with a slow implementation for 3,000 random questions to models of many sizes", () => {
  const next = mulberry32(7);
  const below = (n: number) => Math.floor(next() * n);
  const models = [1, 2, 40, 3, 17, 60].map((size) => {
    // Coarse values, so that ties and sums of exactly 0 are common.
    const dense = () =>
      Array.from(
        { length: size },
        () => Array.from({ length: size }, () => next() < 0.3 ? (below(9) - 3) / 4 : 0),
      );
    return modelOf(dense(), {
      popularity: Array.from({ length: size }, () => below(4)),
      similar: next() < 0.5 ? dense() : undefined,
      gamma: [0, 0.3, 0.5, 1][below(4)],
    });
  });
  for (let round = 0; round < 3_000; round++) {
    const model = models[below(models.length)];
    const size = model.items.popularity.length;
    const some = () => Array.from({ length: below(6) }, () => below(size));
    const history = some();
    const question: Question = {
      item: next() < 0.5 ? below(size) : undefined,
      history: next() < 0.7
        ? {
          items: history,
          weights: next() < 0.5 ? history.map(() => below(5) / 2 - 0.5) : undefined,
        }
        : undefined,
      n: 1 + below(size + 3),
      exclude: next() < 0.4 ? some() : undefined,
      excluded: next() < 0.4 ? Uint8Array.from({ length: size }, () => below(2)) : undefined,
      includeSeen: next() < 0.3,
    };
    const [fast, slow] = [rank(model, question), rankSlowly(model, question)];
    assertEquals(
      fast.map(({ score }) => score.toFixed(9)),
      slow.map(({ score }) => score.toFixed(9)),
    );
    const joined = question.item !== undefined && history.length > 0 && question.history;
    if (!joined) assertEquals(fast, slow);
  }
});

Deno.test("excluding items changes neither the scores nor the order of the others", () => {
  const model = modelOf([[0, 8, 4, -1, 0, 2, 0], ...Array(6).fill(Array(7).fill(0))], {
    popularity: [9, 1, 1, 1, 3, 1, 5],
  });
  const question = { item: 0, history: { items: [0] }, n: 9 };
  const all = rank(model, question);
  assertEquals(items(all), [1, 2, 5, 6, 4, 3]);
  for (let subset = 0; subset < 128; subset++) {
    const excluded = Uint8Array.from({ length: 7 }, (_, item) => subset >> item & 1);
    const left = all.filter(({ item }) => !excluded[item]);
    assertEquals(rank(model, { ...question, excluded }), left);
    assertEquals(rank(model, { ...question, n: 2, excluded }), left.slice(0, 2), "enough, if any");
  }
});

Deno.test("rankScaled returns the factors of the history's and the item's part", () => {
  const model = modelOf([[0, 0, 4, 2], [0, 0, 1, 8], [0, 0, 0, 0], [0, 0, 0, 0]], { gamma: 0.25 });
  const scales = (question: Omit<Question, "n">) => {
    const { historyScale, itemScale } = rankScaled(model, { ...question, n: 1 });
    return [historyScale, itemScale];
  };
  assertEquals(scales({}), [1, 0]);
  assertEquals(scales({ history: { items: [1] } }), [1, 0]);
  assertEquals(scales({ item: 0 }), [0, 1]);
  assertEquals(scales({ item: 0, history: { items: [1] } }), [0.75 / 8, 0.25 / 4]);
  assertEquals(scales({ item: 2, history: { items: [1] } }), [0.75 / 8, 0], "an empty row");
});

Deno.test("rank clears its working memory after any question, in any order", () => {
  const large = modelOf(
    Array.from({ length: 50 }, (_, i) => Array.from({ length: 50 }, (_, j) => i * j % 7 - 2)),
  );
  const small = modelOf([[0, 1], [1, 0]]);
  const before = rank(small, { item: 0, n: 5 });
  rank(large, { item: 3, history: { items: [1, 0, 4] }, exclude: [1, 48], n: 50 });
  assertEquals(rank(small, { item: 0, n: 5 }), before);
  // Invalid indices, a caller's error, must not affect later rankings.
  rank(small, { history: { items: [40] }, exclude: [45, 1], n: 1 });
  assertEquals(rank(large, { n: 50 }).length, 50);
  for (const n of [-1, NaN, 0]) assertEquals(rank(large, { item: 3, n }), []);
  assertEquals(rank(small, { item: 0, n: 5 }), before);
  assertEquals(rank(small, { n: 1_000_000_000 }).length, 2, "n is cut at what there is");
});
