import { assert, assertEquals } from "@std/assert";
import { unset, WORKERS, wranglerConfig } from "./wrangler_config.ts";

const file = new URL("../wrangler.toml", import.meta.url);

Deno.test("wrangler.toml names each Worker's entry, and binds webhooks to the recommender", async () => {
  const { env } = await wranglerConfig() as unknown as {
    env: Record<string, { name: string; main: string; services?: unknown[] }>;
  };
  for (const name of WORKERS) {
    assert((await Deno.stat(new URL(`../${env[name].main}`, import.meta.url))).isFile);
  }
  assertEquals(env.webhooks.services, [
    { binding: "RECOMMENDER", service: env.recommender.name },
  ]);
});

Deno.test("a Hyperdrive that is still the placeholder is found, one that is set is not", async () => {
  const config = await wranglerConfig();
  for (const name of WORKERS) config.env[name].hyperdrive = [{ id: "0".repeat(32) }];
  assertEquals(unset(config), [...WORKERS]);
  config.env.auth.hyperdrive = [{ id: "0c12f7a05b6f4e0f8e0b1c8f1a2d3e4f" }];
  assertEquals(unset(config), ["recommender", "webhooks"]);
});

Deno.test("wrangler.toml sets no secret", async () => {
  const lines = (await Deno.readTextFile(file)).split("\n").filter((line) => !line.startsWith("#"));
  assertEquals(lines.filter((line) => /SECRET|PEPPER|PASSWORD|TOKEN/.test(line)), []);
});
