import { assert, assertEquals } from "@std/assert";
import { chanceModel } from "../../testing/artifact.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { stringAt, stringCount } from "../../functions/recommender/model/string_table.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { rehearse } from "./rehearse.ts";

const model = chanceModel("COLLABORATIVE", 5);
const users = Array.from({ length: 70 }, (_, u) => stringAt(model.users!.ids, u));

/** Each user but the first likes item 9 later, and rejects item 8. */
const held: Interactions = {
  offsets: Uint32Array.from({ length: 71 }, (_, u) => 2 * Math.max(0, u - 1)),
  items: Uint32Array.from({ length: 138 }, (_, e) => 9 - e % 2),
  weights: Float32Array.from({ length: 138 }, (_, e) => e % 2 ? -1 : 1),
};

Deno.test("the candidates of users who liked something later are kept, without their histories", () => {
  const random = seededRandom(1);
  const { users: kept, held: later, requests } = rehearse(model, { held, users, random })!;
  assertEquals(
    Array.from({ length: stringCount(kept) }, (_, u) => stringAt(kept, u)),
    users.slice(1),
  );
  assertEquals(new Set(later.columns), new Set([9]));
  const { offsets, columns, values } = model.users!.histories;
  for (const [name, most] of [["history", 0], ["item", 1], ["cart", 3]] as const) {
    const { asked, candidates } = requests[name];
    for (let row = 0; row < 69; row++) {
      const range = [offsets[row + 1], offsets[row + 2]];
      const history = [...columns.slice(...range)];
      const liked = history.filter((_, h) => values[range[0] + h] > 0);
      const items = [...asked.columns.slice(asked.offsets[row], asked.offsets[row + 1])];
      assertEquals(items, most === 0 ? [] : liked.slice(-most));
      const [start, end] = [candidates.offsets[row], candidates.offsets[row + 1]];
      const listed = candidates.columns.slice(start, end);
      assert(!history.some((item) => listed.includes(item)));
      const scores = [...candidates.values.slice(start, end)];
      assertEquals(scores, scores.toSorted((a, b) => b - a));
      assertEquals(listed.length > 0, most === 0 || items.length > 0);
    }
  }
});

Deno.test("without users who liked something later nothing is kept", () => {
  const nothing = { ...held, weights: held.weights.map(() => 0) };
  assertEquals(rehearse(model, { held: nothing, users, random: seededRandom(1) }), undefined);
});
