import type { Receipt } from "../../functions/recommender/files/rows/receipt.ts";
import type { Registry, Version } from "../../functions/recommender/registry/registry.ts";
import type { Report } from "../../functions/recommender/report/report.ts";
import type { Claim, Outcome } from "./claim.ts";

/** Returns the outcome that an earlier attempt of this training published, or null if none did. */
export async function publishedOutcome(
  claim: Pick<Claim, "model" | "training_id">,
  registry: Registry,
): Promise<Outcome | null> {
  const versions = await registry.versions(claim.model);
  const version = versions.find(({ trainingId }) => trainingId === claim.training_id);
  if (!version) return null;
  const read = async (path: string) =>
    JSON.parse(new TextDecoder().decode(await registry.read(claim.model, version.version, path)));
  const { receipts, learned_to = 0, learned_items = 0 } = await read("run.json");
  const published = { report: await read("report.json"), receipts, learned_to, learned_items };
  return { ...outcomeOf(version, published), found: true };
}

/**
 * Returns the outcome of a training that published a version.
 * @param published.receipts by file id.
 */
export function outcomeOf(
  { version }: Version,
  { report, receipts, learned_to, learned_items }: {
    report: Report;
    receipts: Record<number, Receipt>;
    learned_to: number;
    learned_items: number;
  },
): Outcome {
  return {
    version,
    learned_to,
    learned_items,
    report: { ...report },
    receipts: receipts as unknown as Outcome["receipts"],
    ...(report.gate?.verdict === "refused" && { refused: refusal(version, report.gate) }),
  };
}

/** Returns why a version is not promoted and what to do about it, for the project's owner. */
function refusal(
  version: string,
  { ndcg, champion_ndcg = 0, reason }: NonNullable<Report["gate"]>,
): string {
  return `Version ${version} was rejected, and the champion continues to serve. ${reason} ` +
    `NDCG@10 is ${ndcg.toFixed(4)} against ${champion_ndcg.toFixed(4)}. The version is kept and ` +
    "can be promoted.";
}
