/** Baseline Worker: an empty response, or at `/database` one query on a new connection. */
import { callOf, type ExecutionContext, type WorkerEnv } from "../functions/http/worker.ts";

export default {
  async fetch(request: Request, env: WorkerEnv, context: ExecutionContext): Promise<Response> {
    if (!request.url.endsWith("/database")) return new Response();
    await callOf({ env, context }, async ({ sql }) => await sql`select 1`);
    return new Response();
  },
};
