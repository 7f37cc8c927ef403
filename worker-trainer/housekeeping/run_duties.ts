import type { Sql } from "postgres";
import { Bell } from "../runtime/bell.ts";
import type { Log } from "../runtime/trainer_log.ts";
import { causesOf } from "../runtime/causes_of.ts";
import type { Duty } from "./duty.ts";

/** Maximum delay after a duty has failed, in milliseconds. */
const LONGEST_REST_MS = 60_000;

/**
 * Runs each duty in a loop of its own until `stop` is aborted, so that one that fails or hangs
 * delays no other. Notifications of queued, cancelled and deleted projects wake all of them,
 * those of a duty's channel that duty.
 */
export async function runDuties(
  { sql, duties, log }: { sql: Sql; duties: Duty[]; log: Log },
  stop: AbortSignal,
): Promise<void> {
  const bells = duties.map(() => new Bell(stop));
  // A pooled connection may not receive notifications: then each duty's interval is the backstop.
  const listen = (channel: string, hear: () => void) => sql.listen(channel, hear).catch(() => null);
  const listening = await Promise.all([
    listen("recommender_queue", () => bells.forEach((bell) => bell.ring())),
    ...duties.map(({ channel }, i) => channel ? listen(channel, () => bells[i].ring()) : null),
  ]);
  await Promise.all(duties.map((duty, i) => repeat(duty, { bell: bells[i], log, stop })));
  await Promise.all(listening.map((listen) => listen?.unlisten().catch(() => {})));
}

async function repeat(
  duty: Duty,
  { bell, log, stop }: { bell: Bell; log: Log; stop: AbortSignal },
): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    try {
      await duty.run(stop);
      failures = 0;
      await bell.wait(duty.everyMs);
    } catch (error) {
      const rest = Math.min(LONGEST_REST_MS, 1_000 * 2 ** failures++);
      log({ level: "error", message: "duty failed", duty: duty.name, error: causesOf(error) });
      await bell.wait(rest);
    }
  }
}
