/** Texts of the project frame. */
export const text = {
  title: (id: string) => `Project ${id}`,
  missing: "There is no such project",
  reading: "Reading the project…",
  nav: "Project",
  parts: {
    overview: "Overview",
    report: "Report",
    versions: "Versions",
    tryIt: "Try it",
    settings: "Settings",
  },
};
