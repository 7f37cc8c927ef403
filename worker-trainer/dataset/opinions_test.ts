/** Opinions in columns of any name: a no is never learned as a like without a word. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import { describeFile } from "../../functions/recommender/files/dialect/describe.ts";
import type { InteractionMapping } from "../../functions/recommender/files/mapping.ts";
import { proposeMapping } from "../../functions/recommender/files/propose/propose_mapping.ts";
import { forecastInteractions } from "../../functions/recommender/files/rows/forecast.ts";
import { readDataset } from "./read.ts";

/**
 * Returns the trainer's weights by the opinion's cell, and its notes, of a file whose opinions
 * repeat; by the proposed mapping, or the given keys.
 */
async function weighed(
  column: string,
  opinions: readonly string[],
  own: Partial<InteractionMapping> & { plain?: true } = {},
) {
  const { plain, ...keys } = own;
  const lines = Array.from(
    { length: 120 },
    (_, i) =>
      `u${i % 12};i${Math.floor(i / 12)};${opinions[(i + Math.floor(i / 12)) % opinions.length]}`,
  );
  const bytes = bytesOf(new Blob([[`user;item;${column}`, ...lines].join("\n")]));
  const { dialect, columns, sampleRows } = await describeFile(bytes);
  const proposed = proposeMapping("INTERACTION", columns, sampleRows).mapping;
  const mapping = {
    ...(plain ? { user_id: "user", item_id: "item" } : proposed),
    ...keys,
  } as InteractionMapping;
  const file = { kind: "INTERACTION" as const, dialect, mapping };
  const { dataset, receipts: [receipt] } = await readDataset([
    { ...file, name: "1", open: () => Promise.resolve(bytes) },
  ]);
  const { estimated: _, ...forecast } = await forecastInteractions({ ...file, bytes });
  assertEquals(forecast, receipt);
  const { interactions: { offsets, items, weights }, users, items: { ids } } = dataset;
  const weightOf = new Map<string, number>();
  users.forEach((user, u) => {
    for (let at = offsets[u]; at < offsets[u + 1]; at++) {
      weightOf.set(`${user};${ids[items[at]]}`, weights[at]);
    }
  });
  const by = opinions.map((opinion) => {
    const line = lines.find((line) => line.endsWith(`;${opinion}`))!;
    return weightOf.get(line.slice(0, -opinion.length - 1));
  });
  return { by, notes: (receipt.notes ?? []).join(" "), mapping };
}

Deno.test("a yes in a column of rejections rejects, a no does not", async () => {
  for (
    const [column, no, yes] of [
      ["disliked", "0", "1"],
      ["skipped", "FALSE", "TRUE"],
      ["returned", "no", "yes"],
      ["abgelehnt", "nein", "ja"],
      ["не нравится", "нет", "да"],
    ]
  ) {
    const { by, notes } = await weighed(column, [no, yes, no]);
    assertEquals([by[0], by[1]], [1, -1], column);
    assertStringIncludes(notes, "is read as a rejection of the item");
    const kept = await weighed(column, [no, yes, no], { best_rating: "high" });
    assertEquals([kept.by[1], kept.notes.includes("rejection")], [1, false]);
  }
});

Deno.test("a file of rejections alone says no like", async () => {
  assertEquals((await weighed("disliked", ["1"], { rating: "disliked" })).by, [-1]);
  assertEquals((await weighed("event", ["dislike"])).by, [-1]);
});

Deno.test("school grades and ranks are turned, and a note says so", async () => {
  const grades = ["1,0", "1,3", "2,7", "4,0", "5,0"];
  const { by, notes } = await weighed("Note", grades);
  assertEquals([by[0]! > 0, by.at(-1)! > 0], [true, false]);
  assertStringIncludes(notes, "school grades from 1, the best, to 6");
  const american = await weighed("grade", ["4.0", "3.7", "3.3", "2.0", "1.7"]);
  assertEquals([american.by[0]! > 0, american.by.at(-1)! > 0], [true, false]);
  assertStringIncludes(american.notes, 'set best_rating to "low"');
  const certain = await weighed("Schulnote", ["1", "2", "3", "5"]);
  assertEquals([certain.by[0]! > 0, certain.by.at(-1)! > 0], [true, false]);
  const whole = ["1", "2", "3", "5", "6"];
  const open = await weighed("Note", whole);
  assertEquals(open.by[0]! > 0, false);
  assertStringIncludes(open.notes, 'set best_rating to "low"');
  const chosen = await weighed("Note", whole, { best_rating: "low" });
  assertEquals([chosen.by[0]! > 0, chosen.by.at(-1)! > 0, chosen.notes], [true, false, ""]);
  const ranked = await weighed("rank", ["1", "2", "3", "4", "5", "6", "7", "8"], {
    rating: "rank",
  });
  assertEquals([ranked.by[0]! > 0, ranked.by.at(-1)! > 0], [true, false]);
  assertStringIncludes(ranked.notes, "looks like a rank");
  const priced = await weighed("price", ["1", "2", "3"], { rating: "price" });
  assertStringIncludes(priced.notes, "A price or a distance");
});

Deno.test("a survey's score, or the value of an object, is proposed as a rating", async () => {
  const { by, mapping } = await weighed("nps", ["0", "2", "9", "10"]);
  assertEquals([mapping.rating, by[0]! > 0, by.at(-1)! > 0], ["nps", false, true]);
  const nested = await weighed("rating.value", ["1", "2", "4", "5"]);
  assertEquals(nested.mapping.rating, "rating.value");
});

Deno.test("a column of opinions that is not mapped has a note, any other has none", async () => {
  for (
    const [column, opinions] of [
      ["liked", ["0", "1", "1"]],
      ["rating", ["great", "poor", "fair"]],
      ["reaktion", ["like", "dislike", "skip"]],
      ["rating", ["4", "2", "soon"]],
      ["thumbs", ["up", "down", "up"]],
      ["vote", ["+", "-", "+"]],
      ["mood", ["😀", "😡", "❤️"]],
      ["answer", ["strongly agree", "agree", "neutral", "disagree"]],
      ["answer", ["5 - Excellent", "3 - OK", "1 - Awful"]],
    ] as const
  ) {
    const { notes } = await weighed(column, opinions, { plain: true });
    assertStringIncludes(notes, `The column "${column}" looks like opinions of the items`);
  }
  for (
    const [column, opinions] of [
      ["country", ["at", "de", "fr"]],
      ["average_rating", ["4.1", "3.9", "4.4"]],
      ["price", ["4.1", "3.9", "4.4"]],
      ["verified", ["yes", "no", "yes"]],
      ["status", ["shipped", "delivered", "open"]],
      ["result", ["pass", "fail", "pass"]],
    ] as const
  ) {
    assertEquals((await weighed(column, opinions, { plain: true })).notes, "", column);
  }
});
