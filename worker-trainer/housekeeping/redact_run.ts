import type { Receipt } from "../../functions/recommender/files/rows/receipt.ts";
import { RegistryMissingError } from "../../functions/recommender/registry/registry.ts";
import { receiptWithout } from "../../functions/recommender/files/rows/receipt_without.ts";
import type { VersionAt } from "./version_at.ts";

const RUN = "run.json";

/** Removes user ids from the receipts in a version's run.json, whose reasons may quote cells. */
export async function redactRun(
  { registry, model, version }: VersionAt,
  people: readonly string[],
): Promise<void> {
  const bytes = await registry.read(model, version, RUN).catch((error) => {
    if (error instanceof RegistryMissingError) return undefined;
    throw error;
  });
  if (!bytes) return;
  const run: { receipts?: Record<string, Receipt> } = JSON.parse(new TextDecoder().decode(bytes));
  const receipts = Object.fromEntries(
    Object.entries(run.receipts ?? {}).map(([file, receipt]) => [
      file,
      receiptWithout(receipt, people),
    ]),
  );
  if (JSON.stringify(receipts) === JSON.stringify(run.receipts ?? {})) return;
  const text = JSON.stringify({ ...run, receipts }, null, 2) + "\n";
  await registry.write(model, version, RUN, new TextEncoder().encode(text));
}
