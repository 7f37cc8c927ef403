import { assert, assertEquals } from "@std/assert";
import { chanceOf } from "../../samples/chance.ts";
import { datasetOf, interactionsOf } from "../../testing/datasets.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { ease } from "../algorithms/ease.ts";
import { itemKnn } from "../algorithms/item_knn.ts";
import { rp3beta } from "../algorithms/rp3beta.ts";
import { trainingSet } from "../algorithms/training_set.ts";
import { sequentialRules } from "../algorithms/sequential_rules.ts";
import { turboCf } from "../algorithms/turbo_cf.ts";
import { usersWithLikes } from "../metrics/evaluated_users.ts";
import { heldOfSample, isQuick, likeliestSpec } from "./first_model.ts";
import { describeSpec } from "./model_spec.ts";
import type { PlannedCandidate } from "./plan.ts";
import { train } from "./train_model.ts";

/** Candidates of which EASE costs so many seconds. */
function planned(seconds: number): PlannedCandidate[] {
  return [itemKnn, rp3beta, turboCf, ease].map((algorithm) => ({
    configuration: algorithm.candidates(trainingSet(PLAIN, { items: 3 }))[0].configuration,
    index: 0,
    cost: { seconds: algorithm === ease ? seconds : .1, bytes: 1 },
  }));
}

const LISTS = [[0, 1, 2], [1, 2, 0]];
const PLAIN = interactionsOf(LISTS);
const RATED = interactionsOf(LISTS, [[1, 2, 3], [3, 2, 1]]);
const TIMED: Interactions = { ...PLAIN, times: Float64Array.of(1, 2, 3, 4, 5, 6) };

Deno.test("the likeliest configuration depends on cost, ratings and times", () => {
  const chosen = (seconds: number, interactions: Interactions, hybrid = false) => {
    const spec = likeliestSpec(planned(seconds), { interactions, hybrid });
    const { algorithm, parameters: { base = algorithm, signal, half_life, content_share } } =
      describeSpec(spec);
    return [base, signal, half_life, content_share];
  };
  assertEquals(chosen(.1, RATED), ["ease", "valued", undefined, undefined]);
  assertEquals(chosen(.1, TIMED), ["ease", undefined, undefined, undefined]);
  assertEquals(chosen(9, RATED), ["item_knn", "valued", undefined, undefined]);
  assertEquals(chosen(9, TIMED), ["turbo_cf", undefined, 5, undefined]);
  const [sequence] = sequentialRules.candidates(trainingSet(TIMED, { items: 3 }));
  const ordered = [...planned(9), { ...sequence, cost: { seconds: .1, bytes: 1 } }];
  assertEquals(
    describeSpec(likeliestSpec(ordered, { interactions: TIMED, hybrid: false })).algorithm,
    "sequential_rules",
  );
  assertEquals(chosen(9, PLAIN), ["rp3beta", undefined, undefined, undefined]);
  assertEquals(chosen(9, RATED, true), ["item_knn", "valued", undefined, .3]);
});

Deno.test("a configuration that was skipped is not the likeliest", () => {
  const skipped = planned(.1).map((candidate) => ({ ...candidate, skipped: "It is too large." }));
  const [cheapest] = planned(.1);
  const { parts } = likeliestSpec([cheapest, ...skipped], { interactions: PLAIN, hybrid: false });
  assertEquals(parts[0].configuration.algorithm.name, "item_knn");
});

Deno.test("a first model is evaluated on a sample of many users, with all of their items", () => {
  assertEquals(heldOfSample(PLAIN, seededRandom(1)), PLAIN);
  const many = interactionsOf(Array.from({ length: 4000 }, (_, user) => [user % 7, 7]));
  const held = heldOfSample(many, seededRandom(1));
  assertEquals([usersWithLikes(held).length, held.items.length], [3000, 6000]);
  assertEquals(held.offsets.length, many.offsets.length);
});

/** Users with items of one half of the catalogue. */
function dataset() {
  const chance = chanceOf(1);
  const lists = Array.from({ length: 400 }, (_, user) => {
    const items = Array.from({ length: 30 }, () => 300 * (user % 2) + chance.whole(0, 299));
    return [...new Set(items)];
  });
  return datasetOf(lists, { items: 600 });
}

Deno.test("a first model has one configuration, measured; a quick search is the first model", async () => {
  const { report, run, model } = await train(dataset(), {
    modelType: "COLLABORATIVE",
    search: "first",
  });
  assertEquals([report.search, report.candidates, run.candidates], ["first", [], []]);
  assert(report.test!.metrics.ndcg > 1.5 * report.test!.popularity.ndcg);
  assertEquals(model.manifest.algorithm, report.chosen.algorithm);
  assertEquals(model.rehearsal, undefined);

  // With a champion, its configuration is the one.
  const champion = { algorithm: "rp3beta", parameters: { alpha: .5, beta: .3, neighbours: 20 } };
  const again = await train(dataset(), { modelType: "COLLABORATIVE", search: "first", champion });
  assertEquals([again.report.chosen, again.report.gate!.verdict], [champion, "accepted"]);

  const small = datasetOf(LISTS, { items: 3 });
  assert(isQuick(small.interactions, 3) && !isQuick(dataset().interactions, 600));
  const quick = await train(small, { modelType: "COLLABORATIVE", search: "first" });
  assertEquals(quick.report.search, undefined);
  assert(quick.report.candidates.length > 1);
});
