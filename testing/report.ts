/** For tests: a report with every part, and texts that need escaping. */
import type { Metrics, Report } from "../functions/recommender/report/report.ts";

const metrics = (ndcg: number): Metrics => ({
  ...{ ndcg, recall: ndcg / 2, precision: ndcg / 3, mrr: ndcg * 2 },
  ...{ coverage: 0.5, novelty: 9, long_tail: 0.25, discounted_ndcg: ndcg * 0.9 },
});

const curve = (most: number) =>
  Array.from({ length: 50 }, (_, i) => ({ k: i + 1, ndcg: most, recall: most * (i + 1) / 50 }));

export const REPORT: Report = {
  format: "airec-report",
  format_version: 1,
  model_type: "HYBRID",
  dataset_fingerprint: "f00d",
  data: {
    ...{ items: 1_234, described_items: 1_000, cold_items: 10, users: 50, interactions: 9_999 },
    ...{ has_ratings: true, has_times: true },
    liking: {
      by: { rule: "own_mean", mean: 3.4, limit: 3.5 },
      says: "Ratings below the user's own mean do not count as liked; the commonest limit is 3.5.",
      ...{ liked: 6_000, neutral: 3_990, rejected: 9 },
    },
  },
  split: {
    ...{ test_share: 0.2, validation_share: 0.2, seed: 1 },
    ...{ train: 6_000, validation: 1_500, test: 1_900, validation_users: 45, test_users: 50 },
    ...{ kind: "time", cut: "2024-03-01T08:00:00.000Z" },
    says: "Evaluated in time: the model learned from interactions before 2024-03-01.",
    other: {
      ...{ kind: "user", test_users: 48, ndcg: 0.3, popularity_ndcg: 0.12 },
      ndcg_interval: { low: 0.25, high: 0.35 },
    },
  },
  candidates: [
    { algorithm: "popularity", parameters: {}, validation_ndcg: 0.05 },
    { algorithm: "ease", parameters: { lambda: 300 }, validation_ndcg: 0.14 },
    { algorithm: "ease", parameters: { lambda: 900 }, skipped: "It needs <9 GB> of memory." },
  ],
  chosen: { algorithm: "ease", parameters: { lambda: 300 } },
  test: {
    metrics: metrics(0.2),
    ndcg_interval: { low: 0.18, high: 0.22 },
    popularity: metrics(0.1),
    recent_popularity: metrics(0.15),
    random: metrics(0.01),
    curve: curve(0.4),
    baseline_curves: { popularity: curve(0.2), random: curve(0.02) },
    segments: [
      { name: "new", users: 0, ndcg: 0, recall: 0 },
      { name: "light", users: 20, ndcg: 0.15, recall: 0.1 },
      { name: "heavy", users: 30, ndcg: 0.25, recall: 0.2 },
      { name: "newcomers", users: 5, ndcg: 0.02, recall: 0.01 },
    ],
    diversity: [],
  },
  next_item: {
    ...{ users: 40, hit_rate: 0.3, ndcg: 0.15, hit_rate_interval: { low: 0.2, high: 0.4 } },
    ...{ popularity: { hit_rate: 0.1, ndcg: 0.05 }, unordered: { hit_rate: 0.24, ndcg: 0.12 } },
    says: "Knowing the order of a user's items finds 25 % more of the next items than the best " +
      "model tried that ignores it.",
  },
  repeats: {
    ...{ users: 40, share: 0.4 },
    ...{ with_seen: { recall: 0.3, ndcg: 0.2 }, without_seen: { recall: 0.1, ndcg: 0.05 } },
    says: "40 % of what users liked later was something that they had before.",
  },
  gate: {
    ...{ verdict: "refused", reason: "It ranks worse & surely.", ndcg: 0.2 },
    champion: { algorithm: "item_knn", parameters: {} },
  },
  content: {
    ...{ items_with_neighbours: 1, coverage: 0.9 },
    examples: [{ title: "<script>alert(1)</script>", neighbours: ["Heat & Dust", "“Amélie”"] }],
  },
  warnings: ["Half of the users have one item."],
};
