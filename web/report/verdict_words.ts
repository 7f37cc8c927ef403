/** Texts of the gate's decisions. */
export const text = {
  first: { word: "First version", says: "There was no version to compare it with." },
  accepted: { word: "Accepted", says: "It was not worse than the previous version." },
  refused: {
    word: "Rejected",
    says: "It was worse than the live version, which stayed live.",
  },
  ungated: {
    word: "Not compared",
    says: "It could not be compared with the previous version.",
  },
};
