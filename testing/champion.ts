/** Publishes a model without training it. */
import type { Registry, Training } from "../functions/recommender/registry/registry.ts";

/**
 * Publishes files as the next version of a model and makes it the champion; returns the version.
 */
export async function publishChampion(
  registry: Registry,
  { model, files, metrics = {}, tags = {} }:
    & Pick<Training, "model" | "files">
    & Partial<Pick<Training, "metrics" | "tags">>,
): Promise<string> {
  const { version } = await registry.publish({
    model,
    description: "",
    trainingId: crypto.randomUUID(),
    parameters: {},
    metrics,
    tags,
    files,
    startedAt: new Date(),
  });
  await registry.setAlias(model, "champion", version);
  return version;
}
