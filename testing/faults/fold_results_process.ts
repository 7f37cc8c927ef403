/**
 * A process that adds live events to the sums of results, few at a time, until it is killed. The
 * environment names the database.
 */
import postgres from "postgres";
import { foldResults } from "../../worker-trainer/housekeeping/fold_results.ts";

const sql = postgres(Deno.env.get("DATABASE_URL")!);
const { signal } = new AbortController();
console.log("started");
while (true) await foldResults(sql, { stop: signal, atOnce: 7 });
