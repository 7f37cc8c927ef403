/** Texts of the versions page. */
export const text = {
  nothingYet: "There are no versions yet: the first training is not done.",
  seeHowItStands: "See how it stands",
  reading: "Reading the versions…",
  none: "No version serves.",
  serves: (version: string) => `Version ${version} serves.`,
  choose: "Choose two to compare them.",
  onlyOne: "Each training adds a version; there is nothing to compare it with yet.",
  rollBack: {
    action: "Roll back",
    title: "Roll back to the version before?",
    says: (champion: string | undefined) =>
      champion
        ? `The version that served before version ${champion} serves again at once. Nothing is ` +
          `deleted: you can promote version ${champion} again.`
        : "The version that served last serves again at once. Nothing is deleted.",
  },
  promote: {
    action: "Promote",
    of: (version: string) => `version ${version}`,
    title: (version: string) => `Let version ${version} serve?`,
    says: (champion: string | undefined) =>
      "All answers come from it at once" +
      (champion ? `, instead of version ${champion}` : "") +
      ". Nothing is deleted: you can roll back.",
  },
  columns: {
    compare: "Compare",
    version: "Version",
    trained: "Trained",
    found: "Found in ten",
    ndcg: "NDCG",
    coverage: "Catalogue shown",
    verdict: "Verdict",
    actions: "Actions",
  },
  version: (version: string) => `Version ${version}`,
  ofVersion: (version: string) => `version ${version}`,
  servesBadge: "Serves",
  notMeasured: "not measured",
  notKnown: "not known",
  verdicts: {
    first: { word: "The first", says: "There was nothing to compare it with." },
    accepted: { word: "Accepted", says: "It was no worse than the version before." },
    refused: {
      word: "Refused",
      says: "It was worse than what served, which went on serving.",
    },
    ungated: {
      word: "Not compared",
      says: "It could not be compared with the version before.",
    },
  },
  compare: {
    title: (a: string, b: string) => `Version ${a} beside version ${b}`,
    region: "Comparison",
    what: "What",
    column: (version: string, serves: boolean) => `Version ${version}${serves ? ", serves" : ""}`,
    difference: "Difference",
    same: "the same",
    reading: "Reading the reports…",
    mrr: "First hit (MRR)",
    novelty: "Novelty, in bits",
    algorithm: "Algorithm",
    trained: "Trained",
    parameters: "Parameters",
    items: "Items",
    users: "Users",
    interactions: "Interactions",
    verdict: "Verdict",
    nothing: "nothing to compare with",
    fine: "Figures of trainings with other data are not strictly comparable; the verdict is, for " +
      "there both were measured on the same.",
  },
};
