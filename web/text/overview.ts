/** Texts of the project overview. */
export const text = {
  tryIt: "Try it",
  report: "Read the report",
  use: "Use it from a website",
  data: "Data",
  id: "Project id",
  type: "Type",
  model: "Model",
  version: (version: string) => `, version ${version}`,
  made: "Made",
  trained: "Trained",
  notYet: "not yet",
};
