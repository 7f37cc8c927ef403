/** Runs load generators in processes of their own and measures the services meanwhile. */
import { TextLineStream } from "@std/streams";
import type { Load, Measured } from "./load.ts";
import { cpuSeconds, memoryOf } from "./process_usage.ts";
import type { ServingSystem } from "./serving_system.ts";

/** Processes whose CPU time counts for a call; the memory of the first is measured. */
export interface Servers {
  pids: () => number[];
  postgres?: () => number[];
}

/** Measurements of one load. */
export interface Loaded {
  /** Answers per second. */
  rate: number;
  p50_ms: number;
  p99_ms: number;
  /** CPU time of the services for one answer, in ms. */
  cpu_ms: number;
  /** CPU time of Postgres for one answer, in ms. */
  postgres_ms: number;
  /** Resident memory of one service process, in MB. */
  resident_mb: number;
  /** Load average of the machine over the last minute. */
  load: number;
}

/** Returns the services' processes, the recommender first. */
export function serversOf(system: ServingSystem): Servers {
  return {
    pids: () => [...system.pidsOf("recommender"), ...system.pidsOf("webhooks")],
    postgres: () => system.pidsOf("postgres"),
  };
}

/** Runs one load and returns its measurements. @throws if a call failed. */
export async function underLoad(
  servers: Servers,
  load: Omit<Load, "requests">,
  requests: string[],
): Promise<Loaded> {
  const { cpu, measured: [{ answers, p50, p99 }] } = await underLoads(servers, [
    { ...load, requests },
  ]);
  const each = (seconds: number) => round(1000 * seconds / answers, 3);
  return {
    rate: Math.round(answers / load.seconds),
    p50_ms: round(p50, 1),
    p99_ms: round(p99, 1),
    cpu_ms: each(cpu.services),
    postgres_ms: each(cpu.postgres),
    resident_mb: megabytes(memoryOf(servers.pids()[0]).resident),
    load: loadNow(),
  };
}

/**
 * Runs loads of the same length at the same time; returns the measurements of each, and the CPU
 * seconds of the servers. @throws if a call failed.
 */
export async function underLoads(
  { pids, postgres = () => [] }: Servers,
  loads: Load[],
): Promise<{ measured: Measured[]; cpu: { services: number; postgres: number } }> {
  const used = () => ({ services: cpuSeconds(pids()), postgres: cpuSeconds(postgres()) });
  await using stack = new AsyncDisposableStack();
  const lines = await Promise.all(loads.map(async (load) => {
    const generator = stack.use(
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", new URL("load.ts", import.meta.url).pathname],
        stdin: "piped",
        stdout: "piped",
      }).spawn(),
    );
    const input = generator.stdin.getWriter();
    await input.write(new TextEncoder().encode(JSON.stringify(load)));
    await input.close();
    return generator.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }));
  await Promise.all(lines.map((line) => line.read()));
  const before = used();
  const measured: Measured[] = await Promise.all(
    lines.map(async (line) => JSON.parse(String((await line.read()).value))),
  );
  const after = used();
  for (const { faults, fault } of measured) {
    if (faults > 0) throw new Error(`${faults} calls failed, the first with ${fault}`);
  }
  return {
    measured,
    cpu: {
      services: after.services - before.services,
      postgres: after.postgres - before.postgres,
    },
  };
}

export function loadNow(): number {
  return round(Deno.loadavg()[0], 1);
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
