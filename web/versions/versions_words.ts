/** Texts of the versions page. */
export const text = {
  nothingYet: "There are no versions yet: the first training is not finished.",
  seeHowItStands: "View the status",
  reading: "Loading versions…",
  none: "No version is live.",
  serves: (version: string) => `Version ${version} is live.`,
  choose: "Select two versions to compare them.",
  onlyOne: "Each training adds a version; with two you can compare them.",
  rollBack: {
    action: "Roll back",
    title: "Roll back to the previous version?",
    explanation: (champion: string | undefined) =>
      champion
        ? `The version that was live before version ${champion} becomes live immediately. Nothing ` +
          `is deleted: you can promote version ${champion} again.`
        : "The version that was live last becomes live immediately. Nothing is deleted.",
    historyGap: "A version marked as lacking live events was trained before events that are kept " +
      "only in the files of trainings. If it becomes live, histories lack them until the next " +
      "training.",
  },
  promote: {
    action: "Promote",
    of: (version: string) => `version ${version}`,
    title: (version: string) => `Promote version ${version}?`,
    explanation: (champion: string | undefined) =>
      "It becomes live immediately" +
      (champion ? `, instead of version ${champion}` : "") +
      ". Nothing is deleted: you can roll back.",
  },
  columns: {
    compare: "Compare",
    version: "Version",
    trained: "Trained",
    found: "Recall@10",
    ndcg: "NDCG@10",
    coverage: "Coverage",
    verdict: "Gate",
    actions: "Actions",
  },
  version: (version: string) => `Version ${version}`,
  ofVersion: (version: string) => `version ${version}`,
  servesBadge: "Live",
  historyGap: "lacks live events",
  historyGapExplanation: "This version was trained before live events that are kept only in the " +
    "files of trainings. Histories lack them until the next training.",
  notMeasured: "not measured",
  notKnown: "unknown",
  compare: {
    title: (a: string, b: string) => `Versions ${a} and ${b}`,
    region: "Comparison",
    what: "Property",
    column: (version: string, serves: boolean) => `Version ${version}${serves ? ", live" : ""}`,
    difference: "Difference",
    same: "equal",
    reading: "Loading reports…",
    mrr: "MRR",
    novelty: "Novelty (bits)",
    algorithm: "Algorithm",
    trained: "Trained",
    parameters: "Hyperparameters",
    items: "Items",
    users: "Users",
    interactions: "Interactions",
    verdict: "Gate",
    nothing: "no version to compare with",
    fine:
      "Metrics of trainings on different data are not strictly comparable. The gate’s decision " +
      "is: it evaluates both versions on the same data.",
  },
};
