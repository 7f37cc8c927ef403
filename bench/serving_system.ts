/**
 * The services for benchmarks: a durable Postgres, recommender and webhooks as processes, and
 * optionally a trainer.
 */
import { join } from "@std/path";
import postgres from "postgres";
import { publishChampion } from "../testing/champion.ts";
import { freePort } from "../ops/processes/free_port.ts";
import { migrate } from "../ops/database/migrate.ts";
import { startPostgres } from "../ops/database/postgres.ts";
import { secretsOf } from "../ops/home/secrets.ts";
import { type Service, services, untilUp } from "../dev/services.ts";
import { supervise } from "../ops/processes/supervisor.ts";
import { ACCESS, mintToken } from "../functions/http/identity/identity.ts";
import { diskBlobs } from "../functions/recommender/blobs/disk.ts";
import { encodeModel } from "../functions/recommender/model/artifact/artifact.ts";
import type { Model } from "../functions/recommender/model/model.ts";
import { installationId } from "../functions/recommender/projects/projects.ts";
import { folderRegistry } from "../functions/recommender/registry/folder.ts";
import { withChildren } from "./process_usage.ts";

/** Running services with one user, who owns the projects and apps. */
export interface ServingSystem extends AsyncDisposable {
  ports: { recommender: number; webhooks: number };
  sql: postgres.Sql;
  /** The user's access token. */
  token: string;
  /**
   * Returns the process ids of a part; for Postgres including its current backends, for the trainer
   * its housekeeping and trainings.
   */
  pidsOf(part: "recommender" | "webhooks" | "postgres" | "trainer"): number[];
  /** Creates a project that serves the model; returns its id. */
  addProject(model: Model): Promise<number>;
  /** Registers an app, with an endpoint if a URL is given; returns its key. */
  addApp(name: string, webhookUrl?: string): Promise<string>;
}

/** Starts the services. @param options.processes of each service; they share its port. */
export async function startServing(
  { processes, trainer = false }: { processes: number; trainer?: boolean },
): Promise<ServingSystem> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "airec-bench-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.chmod(folder, 0o755);
  const secrets = await secretsOf(folder);
  const server = await startPostgres(join(folder, "postgres"), {
    password: secrets.postgres_password,
  });
  stack.defer(() => server.stop());
  await migrate(server.url);
  const sql = postgres(server.url, { onnotice: () => {} });
  stack.defer(() => sql.end());

  const ports = { recommender: freePort(), webhooks: freePort(), auth: 0, web: 0 };
  const all = services({
    databaseUrl: server.url,
    blobsFolder: join(folder, "blobs"),
    ports,
    secrets,
  });
  const programs = all.filter(({ name }) => name === "recommender" || name === "webhooks")
    .flatMap((service) =>
      Array.from({ length: processes }, (_, i): Service => ({
        ...service,
        name: `${service.name} ${i}`,
        env: { ...service.env, SHARE_PORT: String(processes > 1) },
      }))
    );
  if (trainer) programs.push(...all.filter(({ name }) => name === "trainer"));
  const supervisor = supervise(programs, {
    say: (name, line) => void (line.includes('"level":"error"') && console.error(name, line)),
  });
  stack.defer(() => supervisor.stop());
  await untilUp(programs);

  const [{ id: ownerId }] = await sql<{ id: string }[]>`
    insert into auth.users (name, email, password) values ('Bench', 'bench@example.test', '')
    returning id`;
  const token = await mintToken(ownerId, {
    kind: ACCESS,
    secret: secrets.jwt_secret,
    seconds: 7200,
  });
  const registry = folderRegistry(diskBlobs(join(folder, "blobs")), {
    installation: await installationId(sql),
  });
  const postmaster = Number(
    (await Deno.readTextFile(join(server.folder, "data", "postmaster.pid"))).split("\n")[0],
  );
  const running = stack.move();
  return {
    ports,
    sql,
    token,
    pidsOf: (part) =>
      part === "postgres"
        ? withChildren(postmaster)
        : part === "trainer"
        ? withChildren(supervisor.pidOf("trainer")!)
        : Array.from({ length: processes }, (_, i) => supervisor.pidOf(`${part} ${i}`)!),
    async addProject(model) {
      const [{ id, name }] = await sql<{ id: number; name: string }[]>`
        insert into recommender.recommender_projects (owner_id, project_name, model_type)
        values (${ownerId}, 'Bench', ${model.manifest.model_type})
        returning id, mlflow_model_name as name`;
      const files = await encodeModel(model);
      const version = await publishChampion(registry, { model: name, files });
      await sql`
        update recommender.recommender_projects
        set status = 'READY', mlflow_model_version = ${version}, trained_at = now()
        where id = ${id}`;
      return id;
    },
    async addApp(app_name, webhook_url) {
      const response = await fetch(`http://127.0.0.1:${ports.webhooks}/api/apps/register`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ app_name, webhook_url }),
      });
      if (!response.ok) throw new Error(`No app was registered: ${await response.text()}`);
      return (await response.json()).api_key;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
