/**
 * `deno task dev:edge`: runs the services as Workers in workerd with an R2 bucket in a folder, and
 * a trainer that uses the bucket by S3. The database is shared with `task dev`, the files are not:
 * projects of one have no files in the other.
 */
import { blobsFolder } from "../ops/home/blobs_folder.ts";
import { startEdge } from "./edge.ts";
import { homePath, openHome } from "../ops/home/home.ts";
import { homeDatabase } from "../ops/home/home_database.ts";
import { endLeftOvers, noteProcesses } from "./leftovers.ts";
import { migrate } from "../ops/database/migrate.ts";
import { chosenPorts, claimPorts } from "./ports.ts";
import { secretsOf } from "../ops/home/secrets.ts";
import { address, PORTS, type Ports, services, untilUp } from "./services.ts";
import { supervise } from "../ops/processes/supervisor.ts";

/** Interval of the cron trigger in wrangler.toml. */
const MINUTE_MS = 60_000;

const environment = Deno.env.toObject();
const { promise: ended, resolve: end } = Promise.withResolvers<void>();
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => end());
try {
  await run();
} catch (error) {
  console.error(`\nStart failed: ${(error as Error).message}`);
  Deno.exit(1);
}
Deno.exit(0);

async function run(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const home = stack.use(await openHome(homePath(environment)));
  for (const name of await endLeftOvers(home)) say("dev", `ended ${name} of an earlier run`);
  const ports = chosenPorts(environment);
  claimPorts(
    Object.fromEntries(
      Object.entries(PORTS).map(([name, { variable }]) => [
        variable,
        ports[name as keyof typeof ports],
      ]),
    ),
  );
  const secrets = await secretsOf(home.path);

  let databaseUrl = environment.DATABASE_URL;
  if (!databaseUrl) {
    const server = await homeDatabase(home, { secrets, say: (line) => say("postgres", line) });
    stack.defer(() => server.stop());
    databaseUrl = server.url;
  }
  await migrate(databaseUrl);

  const edge = stack.use(
    await startEdge({
      databaseUrl,
      secrets,
      ports,
      dashboardOrigin: address("web", ports),
      folder: `${await blobsFolder(home.path, databaseUrl)}-r2`,
      say: (line) => say("workerd", line),
    }),
  );
  const timer = setInterval(() => void edge.tick().catch(() => {}), MINUTE_MS);
  stack.defer(() => clearInterval(timer));

  const bucket = {
    BLOBS_S3_ENDPOINT: edge.s3.endpoint,
    BLOBS_S3_BUCKET: edge.s3.bucket,
    BLOBS_S3_ACCESS_KEY_ID: edge.s3.accessKeyId,
    BLOBS_S3_SECRET_ACCESS_KEY: edge.s3.secretAccessKey,
  };
  const others = services({ databaseUrl, blobsFolder: "", ports, secrets })
    .filter(({ name }) => name === "trainer" || name === "web")
    .map((program) => ({ ...program, env: { ...program.env, ...bucket } }));
  const supervisor = supervise(others, { say, started: noteProcesses(home) });
  stack.defer(() => supervisor.stop());
  await untilUp(others);

  const rows = Object.keys(PORTS).map((name) => [name, address(name as keyof Ports, ports)]);
  console.log("\nAiREC is up, with its services in workerd. Press Ctrl-C to stop it.\n");
  for (const [name, url] of rows) console.log(`  ${name.padEnd(13)}${url}`);
  await ended;
}

function say(name: string, line: string): void {
  console.log(`${name.padEnd(11)} | ${line}`);
}
