/** `/health` says that the process answers, `/ready` that what it depends on does. */
import type { Env, Hono } from "hono";

/** What must answer, by name; a check throws where it does not. */
export type Checks = Record<string, () => Promise<unknown>>;

/** Adds both routes. A dependency that does not answer makes `/ready` 503 and is named. */
export function addHealth<E extends Env>(app: Hono<E>, checks: Checks): void {
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/ready", async (c) => {
    const names = Object.keys(checks);
    const results = await Promise.allSettled(names.map((name) => checks[name]()));
    const down = names.filter((_, i) => results[i].status === "rejected");
    return c.json(
      { status: down.length === 0 ? "ok" : "unavailable", down },
      down.length === 0 ? 200 : 503,
    );
  });
}
