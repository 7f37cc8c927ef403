import type { Sql } from "postgres";
import type { Receipt } from "../../functions/recommender/files/rows/receipt.ts";
import {
  receiptWithout,
  sentenceWithout,
} from "../../functions/recommender/files/rows/receipt_without.ts";

/** Removes user ids from a project's receipts and error, whose reasons quote cells. */
export async function cleanTexts(
  sql: Sql,
  projectId: number,
  people: readonly string[],
): Promise<void> {
  const files = await sql<{ id: number; receipt: Receipt }[]>`
    select id, receipt from recommender.uploaded_files
    where project_id = ${projectId} and receipt is not null`;
  for (const { id, receipt } of files) {
    const clean = receiptWithout(receipt, people);
    if (JSON.stringify(clean) === JSON.stringify(receipt)) continue;
    await sql`
      update recommender.uploaded_files set receipt = ${sql.json(clean as never)}
      where id = ${id} and receipt = ${sql.json(receipt as never)}`;
  }
  const [project] = await sql<{ error: string | null }[]>`
    select error from recommender.recommender_projects where id = ${projectId}`;
  const error = project?.error;
  if (!error || sentenceWithout(error, people) === error) return;
  await sql`
    update recommender.recommender_projects set error = ${sentenceWithout(error, people)}
    where id = ${projectId} and error = ${error}`;
}
