/** Texts of the project list. */
export const text = {
  title: "Projects",
  reading: "Reading your projects…",
  empty: "A project turns your CSV files into recommendations.",
  emptySays:
    "Drop what you sell or show, and who chose what: AiREC finds the model that predicts " +
    "best, says how good it is, and answers your website.",
  columns: {
    name: "Name",
    type: "Type",
    status: "Status",
    quality: "Quality",
    trained: "Trained",
  },
  notTrained: "not trained yet",
  never: "never",
  showMore: "Show more",
  newProject: "New project",
  trySample: "Try it with sample data",
  tryMusic: "or with music",
  sample: "Sample data",
  uploading: "Uploading the sample data",
  samples: { films: "Sample films", music: "Sample music" },
  noSamples: "The sample data is not on this server: build the dashboard again.",
};
