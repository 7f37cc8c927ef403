/**
 * `deno task deploy [--dry-run]`: builds the dashboard and the Workers of `wrangler.toml`, prints
 * their sizes, and deploys them with wrangler. A dry run deploys nothing.
 */
import { fromFileUrl } from "@std/path";
import { stop } from "esbuild";
import { headersFile } from "./headers_file.ts";
import { bundleWorker } from "./worker_bundle.ts";
import { unsaid, WORKERS, wranglerConfig } from "./wrangler_config.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

const isDry = Deno.args.includes("--dry-run");
const config = await wranglerConfig();
const missing = unsaid(config, Deno.env.toObject());
if (missing.length > 0 && !isDry) {
  console.error(["Not deployed; see “Deploy” in the README.", ...missing].join("\n"));
  Deno.exit(2);
}

for (const name of WORKERS) {
  const { gzipBytes } = await bundleWorker(config.env[name].main);
  console.log(`${name.padEnd(12)}${Math.round(gzipBytes / 1000)} kB compressed`);
}
stop();
await run("build:web");
await writeHeaders();
// The recommender first: webhooks has a service binding to it.
for (const name of [...WORKERS, "web"]) {
  await run(
    "wrangler",
    "deploy",
    "-e",
    name,
    ...(name === "web" ? [] : ["--minify"]),
    ...Deno.args,
  );
}

/** Writes the headers of the dashboard's files for Cloudflare. */
async function writeHeaders(): Promise<void> {
  const addresses = JSON.parse(await Deno.readTextFile(`${ROOT}web/dist/config.json`));
  await Deno.writeTextFile(`${ROOT}web/dist/_headers`, headersFile(addresses));
}

/** Runs a task of deno.json; exits with its code if it fails. */
async function run(task: string, ...args: string[]): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", task, ...args],
    cwd: ROOT,
    env: { WRANGLER_SEND_METRICS: "false" },
  }).spawn().status;
  if (code !== 0) Deno.exit(code);
}
