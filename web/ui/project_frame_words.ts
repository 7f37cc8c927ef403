/** Texts of the project frame. */
export const text = {
  title: (id: string) => `Project ${id}`,
  missing: "Project not found",
  reading: "Loading the project…",
  nav: "Project",
  parts: {
    overview: "Overview",
    report: "Report",
    results: "Results",
    versions: "Versions",
    tryIt: "Try it",
    settings: "Settings",
  },
};
