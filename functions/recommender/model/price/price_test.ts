import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { branded, rehearsalOf } from "../../../../testing/models/rehearsal.ts";
import type { Rehearsal } from "../model.ts";
import type { Placement } from "../placements/placement.ts";
import { finished } from "../steps.ts";
import { SLICE_UNITS, type Work } from "../work.ts";
import { priceSteps } from "./price.ts";

const IDS = ["ann", "bob", "eve", "zoe"];

function priceOf(
  rules: Placement,
  { rehearsal = rehearsalOf(IDS), erased }: { rehearsal?: Rehearsal; erased?: Set<string> } = {},
) {
  const placement = { name: "preview", version: 0, rules };
  return finished(priceSteps(branded(), rehearsal, { placement, n: 10, erased, now: 0 }));
}

Deno.test("a boost that moves each user's item from the first place to the sixth costs 64.4 %", () => {
  const price = priceOf({ logic: "for_you", boost: [{ when: { brand: "Own" }, times: 100 }] });
  assertEquals(
    price.sentence,
    "Costs 64.4 % of NDCG@10 (64.4 to 64.4), raises brand Own from 0 % to 50 %.",
  );
  assertEquals([price.priced, price.users], [true, 4]);
  assertEquals(price.before!.ndcg, 1);
  assertAlmostEquals(price.after!.ndcg, 1 / Math.log2(7));
  assertAlmostEquals(price.ndcg_change!.change, 1 / Math.log2(7) - 1);
  assertEquals([price.before!.recall, price.after!.recall], [1, 1]);
  assertEquals([price.before!.coverage, price.after!.coverage], [10 / 80, 10 / 80]);
  assertEquals(price.columns![0].values.map(({ value }) => value), ["Own", "Other"]);
  const [{ user_id, before, after }] = price.examples!;
  assertEquals([user_id, before.length, after.length], ["ann", 10, 10]);
  assertEquals([before[0].item_id, after[1].item_id, after[5].item_id], [
    "000/é",
    "0016/é",
    "000/é",
  ]);
});

Deno.test("rules that change nothing cost 0 % exactly", () => {
  for (const logic of ["for_you", "similar", "because_you", "bought_together"] as const) {
    const price = priceOf({ logic, boost: [{ when: { brand: ["Own", "Other"] }, times: 3 }] });
    assertEquals(price.ndcg_change, { change: 0, low: 0, high: 0 }, logic);
    assertEquals(price.after, price.before);
    assertEquals(price.sentence, "Costs 0 % of NDCG@10.");
  }
});

Deno.test("the interval is wider where users differ", () => {
  const rehearsal = rehearsalOf(IDS, { liked: [0, 15, 0, 16] });
  const price = priceOf({ logic: "for_you", boost: [{ when: { brand: "Own" }, times: 100 }] }, {
    rehearsal,
  });
  const { change, low, high } = price.ndcg_change!;
  assert(low < change && change < high);
  assertStringIncludes(price.sentence, " NDCG@10");
});

Deno.test("rules that cannot be priced say why", () => {
  const reasons: [Placement, string][] = [
    [{ logic: "trending" }, "what is trending changes by the hour"],
    [{ logic: "new" }, "new items had no time to be liked"],
    [{ logic: "popular" }, "popular does not rank by the model's candidates"],
    [{ logic: "buy_again" }, "buy_again does not rank by the model's candidates"],
    [{ logic: "for_you", pins: [{ position: 1, item_id: "1" }] }, "pinned items do not depend"],
    [{ logic: "for_you", seen: { exclude: "none" } }, "without the items that a user has had"],
    [{ logic: "for_you", least_score: 0.5 }, "the fallback after least_score"],
    [{ logic: "for_you", filter: { brand: "Own" } }, "for 100 % of the users, fewer than 10"],
  ];
  for (const [rules, reason] of reasons) {
    const price = priceOf(rules);
    assertEquals([price.priced, price.before, price.examples], [false, undefined, undefined]);
    assertStringIncludes(price.sentence, `Cannot be priced: `);
    assertStringIncludes(price.sentence, reason);
  }
  const rules: Placement = { logic: "for_you" };
  const placement = { name: "preview", version: 0, rules };
  const none = finished(priceSteps(branded(), undefined, { placement, n: 10, now: 0 }));
  assertStringIncludes(none.sentence, "this version keeps no lists of test users");
  const unlucky = priceOf(rules, { rehearsal: rehearsalOf(IDS, { liked: [70, 70, 70, 70] }) });
  assertStringIncludes(unlucky.sentence, "no list has an item that its user liked later");
});

Deno.test("erased users count in nothing", () => {
  const price = priceOf({ logic: "for_you" }, { erased: new Set(["ann", "zoe"]) });
  assertEquals(price.users, 2);
  assertEquals(price.examples!.map(({ user_id }) => user_id), ["bob", "eve"]);
  const all = priceOf({ logic: "for_you" }, { erased: new Set(IDS) });
  assertEquals(all.sentence, "Cannot be priced: no test user is left.");
});

Deno.test("the cost is permitted before the work, whose steps are short", () => {
  const placement = { name: "p", version: 0, rules: { logic: "for_you", diversity: 0.3 } as const };
  let permitted: Work | undefined;
  const steps = priceSteps(branded(), rehearsalOf(IDS), {
    ...{ placement, n: 10, now: 0 },
    permit: (work) => permitted = work,
  });
  let units = 0;
  for (const step of steps) {
    assert(step <= SLICE_UNITS);
    units += step;
  }
  assert(permitted!.units >= units / 2, `${permitted!.units} for ${units}`);
});
