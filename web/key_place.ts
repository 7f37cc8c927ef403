/** Where a key stands, and which projects it opens there; null for all. */
export type KeyPlace =
  | { kind: "secret"; projects: number[] | null }
  | { kind: "publishable"; origins: string[]; projects: number[] | null; model: boolean };
