import type { Registry } from "../../functions/recommender/registry/registry.ts";

/** A version of a model in its registry. */
export interface VersionAt {
  registry: Registry;
  model: string;
  version: string;
}
