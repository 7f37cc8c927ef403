import type { Sql } from "postgres";
import { testOwner } from "../worker-trainer/test_project.ts";

/** An owner who has turns of their own in the queue, since one of their projects had a model; the id. */
export async function ownerWithModel(sql: Sql): Promise<string> {
  const owner = await testOwner(sql);
  await sql`
    insert into recommender.turns (owner_id, turn, first_ready_at) values (${owner}, 0, now())`;
  return owner;
}
