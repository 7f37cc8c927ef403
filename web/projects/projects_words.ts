/** Texts of the project list. */
export const text = {
  title: "Projects",
  reading: "Loading projects…",
  empty: "A project turns your CSV files into recommendations.",
  emptySays:
    "Upload your items and interactions: AiREC selects and trains the best model for them, " +
    "reports its quality, and serves recommendations to your website.",
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
  noSamples: "The sample data is missing on this server: rebuild the dashboard.",
};
