/**
 * The training report (`report.json`) and the measurements of a run (`run.json`): the schemas that
 * the API documents and the types that trainer, service and dashboard share. The same data have the
 * same report; what differs between runs is in `Run`. Members that older reports lack are optional.
 */
import { z } from "@hono/zod-openapi";
import { modelTypes } from "../model/model.ts";

const Interval = z.object({ low: z.number(), high: z.number() })
  .openapi("Interval", { description: "A 95 % confidence interval." });

const Parameters = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]))
  .describe("Hyperparameters by name.");

const Liking = z.discriminatedUnion("rule", [
  z.object({ rule: z.literal("all") }),
  z.object({ rule: z.literal("above_zero") }),
  z.object({ rule: z.literal("amount"), usual: z.number() }),
  z.object({
    rule: z.literal("own_mean"),
    mean: z.number(),
    scale: z.object({ least: z.number(), most: z.number() }).optional(),
    limit: z.number().optional(),
  }),
  z.object({ rule: z.literal("from"), limit: z.number() }),
]).describe("How ratings are interpreted.");

const ModelDescription = z.object({ algorithm: z.string(), parameters: Parameters });

const Candidate = ModelDescription.extend({
  validation_ndcg: z.number().optional()
    .describe("NDCG@10 on the validation set; absent if skipped."),
  skipped: z.string().optional().describe("Reason why it was skipped, as a sentence."),
}).openapi("Candidate");

const Metrics = z.object({
  ndcg: z.number(),
  recall: z.number(),
  precision: z.number(),
  mrr: z.number().describe("Mean reciprocal rank of the first hit in lists of fifty."),
  coverage: z.number().describe("Share of the catalogue that is in at least one list."),
  novelty: z.number().describe("Mean −log₂ of the share of users who liked the item."),
  long_tail: z.number()
    .describe("Share of items outside the most popular fifth of the catalogue."),
  discounted_ndcg: z.number().optional().describe(
    "NDCG in which an item that n users liked in training weighs 1/√n, which does not reward " +
      "showing the same popular items to everybody.",
  ),
}).openapi("Metrics", {
  description: "Means over users, of lists of ten if not stated otherwise.",
});

const CurvePoint = z.object({
  k: z.int(),
  ndcg: z.number(),
  recall: z.number(),
  recall_interval: Interval.optional(),
}).openapi("CurvePoint");

const Segment = z.object({
  name: z.enum(["new", "light", "heavy", "newcomers"]).describe(
    "Users by the number of liked items in their history: up to 5, up to 20, more; newcomers have " +
      "none, as all of their items are after `cut`, and are not part of the other figures.",
  ),
  users: z.int(),
  ndcg: z.number(),
  recall: z.number(),
}).openapi("Segment");

const EventCount = z.object({
  word: z.string().describe("In lower case."),
  rows: z.int(),
  weight: z.number().nullable()
    .describe("Weight of each row; null if it cancels the user's earlier rows of the item."),
  by: z.enum(["settings", "word", "default"]).describe(
    "Origin of the weight: `event_weights`, a known word, or neither, which counts as a view.",
  ),
}).openapi("EventCount", { description: "An event word of the files and how its rows count." });

const Data = z.object({
  items: z.int(),
  described_items: z.int().describe("Items described by the content file."),
  cold_items: z.int().describe("Items without interactions."),
  users: z.int(),
  interactions: z.int(),
  has_ratings: z.boolean(),
  has_times: z.boolean(),
  liking: z.object({
    by: Liking,
    says: z.string().describe("The same as a sentence."),
    liked: z.int(),
    neutral: z.int(),
    rejected: z.int(),
  }).optional().describe("Liking rule, and numbers of interactions, which sum to the total."),
  events: z.array(EventCount).optional()
    .describe("The twenty commonest event words; absent without any."),
});

const Split = z.object({
  test_share: z.number().describe("Share of each user's items held out for the test."),
  validation_share: z.number().describe("Share of the rest held out for validation."),
  seed: z.int(),
  train: z.int(),
  validation: z.int(),
  test: z.int(),
  validation_users: z.int().describe("All, or a seeded sample."),
  test_users: z.int(),
  kind: z.enum(["user", "time"]).optional().describe(
    "`user`: of each user's items; `time`: at one moment for all users. Absent in older reports, " +
      "which are of each user's items.",
  ),
  cut: z.iso.datetime().optional().describe("The moment, if the kind is `time`."),
  says: z.string().optional().describe("How and why it was divided so, as a sentence."),
  other: z.object({
    kind: z.enum(["user", "time"]),
    test_users: z.int(),
    ndcg: z.number(),
    ndcg_interval: Interval,
    popularity_ndcg: z.number(),
  }).optional().describe(
    "NDCG@10 of the selected configuration on the split of the other kind, refitted for it.",
  ),
});

const Test = z.object({
  metrics: Metrics,
  ndcg_interval: Interval.describe("95 % interval of NDCG@10."),
  popularity: Metrics,
  recent_popularity: Metrics.optional()
    .describe("The most popular items of the seven days before the cut in time."),
  random: Metrics,
  curve: z.array(CurvePoint),
  baseline_curves: z.object({
    popularity: z.array(CurvePoint),
    random: z.array(CurvePoint),
  }).optional(),
  segments: z.array(Segment),
  diversity: z.array(z.object({ diversity: z.number(), metrics: Metrics }))
    .describe("Metrics by `diversity`, on a sample of the test users."),
});

const HitRate = z.object({
  hit_rate: z.number().describe("Share of the users whose next item is among the first ten."),
  ndcg: z.number(),
});

const NextItem = HitRate.extend({
  users: z.int(),
  hit_rate_interval: Interval.describe("95 % interval of the hit rate."),
  popularity: HitRate,
  unordered: HitRate.optional().describe(
    "The best model that ignores the order of histories; absent if the selected one ignores it.",
  ),
  says: z.string().describe("What knowing the order adds, as a sentence."),
}).openapi("NextItem", {
  description:
    "The next item of the test users, the first after their history; users whose next item shares " +
    "its time with others are left out. Absent where times do not order most items.",
});

const ListFigures = z.object({ recall: z.number(), ndcg: z.number() });

const Repeats = z.object({
  users: z.int(),
  share: z.number()
    .describe("Share of the held-out liked interactions whose item the user had before."),
  with_seen: ListFigures.describe("Lists with `include_seen`."),
  without_seen: ListFigures.describe("Lists of items that the user has not had."),
  says: z.string().describe("The same as a sentence."),
}).openapi("Repeats", {
  description:
    "Lists of ten against all that users liked later, new to them or not. Absent where hardly any " +
    "of it repeats an earlier item, or rows have no times.",
});

const Baseline = z.object({ ndcg: z.number(), recall: z.number() });

const ColdItems = Baseline.extend({
  items: z.int(),
  users: z.int(),
  ndcg_interval: Interval.describe("95 % interval of NDCG@10."),
  content: Baseline.describe("Content alone, for the same users."),
  popularity: Baseline,
}).describe(
  "Evaluation of a hybrid on cold items: all interactions of a share of the items were held out, " +
    "and the users who liked some of them got lists of these items only.",
);

const Gate = z.object({
  verdict: z.enum(["accepted", "refused", "ungated"])
    .describe("`ungated`: the two could not be compared."),
  reason: z.string().describe("As a sentence."),
  champion: ModelDescription,
  ndcg: z.number().describe("NDCG@10 of the selected model on the test set."),
  champion_ndcg: z.number().optional()
    .describe("NDCG@10 of the champion's configuration, refitted on the same data."),
  difference: Interval.optional()
    .describe("95 % interval of the difference, paired by user: positive is better."),
}).describe("Comparison with the champion at the time; absent if there was none.");

const Content = z.object({
  items_with_neighbours: z.number().describe("Share of the items with at least one neighbour."),
  coverage: z.number().describe("Share of the items among the first ten neighbours of another."),
  examples: z.array(z.object({ title: z.string(), neighbours: z.array(z.string()) })),
}).describe("Figures of content neighbours that need no interactions.");

const Filters = z.object({
  columns: z.array(z.object({
    name: z.string(),
    kind: z.enum(["number", "date", "text", "list"]),
  })),
  unfilterable: z.array(z.object({ name: z.string(), reason: z.string() })),
}).describe("Columns of the content file available as filters, and why the others are not.");

export const ReportSchema = z.object({
  format: z.literal("airec-report"),
  format_version: z.literal(1)
    .describe("Incremented when a reader of an older version would misread it."),
  model_type: z.enum(modelTypes),
  dataset_fingerprint: z.string(),
  data: Data,
  split: Split.optional().describe("Absent if there is nothing to split."),
  candidates: z.array(Candidate).describe("All candidates, in the order of trying."),
  budget_hit: z.literal(true).optional()
    .describe("Time was up before all planned candidates were tried."),
  search: z.literal("first").optional()
    .describe("The likeliest configuration was fitted, without a search; absent after a search."),
  chosen: ModelDescription,
  test: Test.optional().describe(
    "The selected model on the test set, evaluated once; absent if quality cannot be measured.",
  ),
  next_item: NextItem.optional(),
  repeats: Repeats.optional(),
  cold_items: ColdItems.optional(),
  gate: Gate.optional(),
  field_weights: z.object({
    weighting: z.enum(["tfidf", "bm25"]),
    fields: z.array(z.object({ name: z.string(), weight: z.number() })),
  }).optional().describe(
    "Weights of the text fields learned from interactions; absent for the default weights.",
  ),
  content: Content.optional(),
  filters: Filters.optional(),
  warnings: z.array(z.string()).describe("For the reader, as sentences."),
}).openapi("Report");

export const RunSchema = z.object({
  seconds: z.number(),
  stages: z.array(z.object({
    stage: z.string(),
    seconds: z.number(),
    cpu_seconds: z.number().optional().describe("Of all threads; absent in earlier versions."),
    peak_bytes: z.number(),
  })),
  candidates: z.array(ModelDescription.extend({
    estimated_seconds: z.number(),
    estimated_bytes: z.number().describe("Of the fit alone."),
    seconds: z.number().optional(),
    cpu_seconds: z.number().optional().describe("Of all threads."),
    peak_bytes: z.number().optional().describe("Of the whole process."),
  })).describe("In the order of the report's candidates; measurements are absent if skipped."),
  dense: z.string().describe("The backend of dense algebra."),
  cores: z.int(),
}).openapi("Run");

/** The report of a training, as plain JSON. */
export type Report = z.infer<typeof ReportSchema>;
/** Measurements of a training that differ between runs. */
export type Run = z.infer<typeof RunSchema>;
/** A model by its algorithm and hyperparameters: `blend` and `hybrid` are algorithms, too. */
export type ModelDescription = z.infer<typeof ModelDescription>;
export type Candidate = z.infer<typeof Candidate>;
export type Metrics = z.infer<typeof Metrics>;
export type CurvePoint = z.infer<typeof CurvePoint>;
export type Repeats = z.infer<typeof Repeats>;
export type NextItem = z.infer<typeof NextItem>;
export type Segment = z.infer<typeof Segment>;
export type Interval = z.infer<typeof Interval>;
export type EventCount = z.infer<typeof EventCount>;
