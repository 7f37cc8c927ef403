import type { Sql } from "postgres";
import { testOwner } from "./training_project.ts";

/**
 * Creates an owner with a place of their own in the fair queue, as after the first model; returns
 * the id.
 */
export async function ownerWithModel(sql: Sql): Promise<string> {
  const owner = await testOwner(sql);
  await sql`
    insert into recommender.turns (owner_id, turn, first_ready_at) values (${owner}, 0, now())`;
  return owner;
}
