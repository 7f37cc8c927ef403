/** Texts of the gate's decisions. */
export const text = {
  first: { word: "First version", explanation: "There was no version to compare it with." },
  accepted: { word: "Accepted", explanation: "It was not worse than the previous version." },
  refused: {
    word: "Rejected",
    explanation: "It was worse than the live version, which stayed live.",
  },
  ungated: {
    word: "Not compared",
    explanation: "It could not be compared with the previous version.",
  },
};
