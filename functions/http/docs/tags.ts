/** Subjects by which the OpenAPI documents group their operations: one for a file of routes. */
export const TAGS = {
  Account: "The account of the caller: profile, password, audit trail, export.",
  Apps: "Apps, their callback URL and usage.",
  "By key": "Calls with an API key, from servers and pages.",
  Catalogue: "Items, users and columns of a trained model.",
  Data: "Files, mappings, added interactions and hidden items of a project.",
  Deliveries: "The log of webhook deliveries.",
  Endpoints: "Webhook endpoints of an app.",
  Events: "Live events of users and visitors.",
  Keys: "API keys and identity secrets of an app.",
  Placements: "Rules of the lists of a project, by name.",
  Projects: "Projects, their trainings and settings.",
  Recommendations: "Answers of a trained model.",
  Results: "What recommendations led to.",
  Sessions: "Sign-up, sign-in, refresh and sign-out.",
  Uploads: "Files that are uploaded in parts.",
  Users: "Erasure of users.",
  Versions: "Versions of a model, their reports and files.",
} as const;

export type Tag = keyof typeof TAGS;
