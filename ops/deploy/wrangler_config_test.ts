import { assert, assertEquals } from "@std/assert";
import { unsaid, WORKERS, wranglerConfig } from "./wrangler_config.ts";

const file = new URL("../../wrangler.toml", import.meta.url);

Deno.test("wrangler.toml names each Worker's entry, and binds webhooks to the recommender", async () => {
  const { env } = await wranglerConfig() as unknown as {
    env: Record<string, { name: string; main: string; services?: unknown[] }>;
  };
  for (const name of WORKERS) {
    assert((await Deno.stat(new URL(`../../${env[name].main}`, import.meta.url))).isFile);
  }
  assertEquals(env.webhooks.services, [
    { binding: "RECOMMENDER", service: env.recommender.name },
  ]);
});

const ADDRESSES = {
  AUTH_URL: "https://auth.shop.test",
  RECOMMENDER_URL: "https://recommender.shop.test",
  WEBHOOKS_URL: "https://webhooks.shop.test",
};

/** Returns a completely configured file. */
async function said() {
  const config = await wranglerConfig();
  for (const name of WORKERS) {
    config.env[name].hyperdrive = [{ id: "0c12f7a05b6f4e0f8e0b1c8f1a2d3e4f" }];
    config.env[name].vars.DASHBOARD_ORIGIN = "https://airec.shop.test";
  }
  return config;
}

Deno.test("a complete configuration has no missing settings", async () => {
  assertEquals(unsaid(await said(), ADDRESSES), []);
});

Deno.test("a placeholder database is reported as missing, for each service", async () => {
  const config = await said();
  config.env.recommender.hyperdrive = config.env.webhooks.hyperdrive = [{ id: "0".repeat(32) }];
  assertEquals(unsaid(config, ADDRESSES), [
    "wrangler.toml has no Hyperdrive id for recommender, webhooks.",
  ]);
});

Deno.test("the example's dashboard address is reported as missing, one with a path as invalid", async () => {
  const config = await said();
  config.env.auth.vars.DASHBOARD_ORIGIN = "https://airec.example.com";
  config.env.webhooks.vars.DASHBOARD_ORIGIN = "https://airec.shop.test/";
  assertEquals(unsaid(config, ADDRESSES), [
    "wrangler.toml still has the example DASHBOARD_ORIGIN for auth.",
    "DASHBOARD_ORIGIN must be an origin such as https://airec.example.com, without a path; see webhooks.",
  ]);
});

Deno.test("missing addresses of services are reported, which the dashboard needs", async () => {
  assertEquals(unsaid(await said(), { ...ADDRESSES, AUTH_URL: "", WEBHOOKS_URL: undefined }), [
    "Not set: AUTH_URL, WEBHOOKS_URL. The dashboard would call localhost.",
  ]);
});

Deno.test("wrangler.toml sets no secret", async () => {
  const lines = (await Deno.readTextFile(file)).split("\n").filter((line) => !line.startsWith("#"));
  assertEquals(lines.filter((line) => /SECRET|PEPPER|PASSWORD|TOKEN/.test(line)), []);
});
