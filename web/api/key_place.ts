/** Kind of an API key and the projects that it is limited to; null for all. */
export type KeyPlace =
  | { kind: "secret"; projects: number[] | null }
  | { kind: "publishable"; origins: string[]; projects: number[] | null; model: boolean };
