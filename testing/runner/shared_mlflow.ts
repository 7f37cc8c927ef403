/**
 * One MLflow server for all test files of a run, since starting one takes nine seconds of CPU time.
 * `task test` starts it when the first test requests it.
 *
 * Its users publish under names of their own by `ownModel()` or `numberProjectsApart()`. Tests that
 * end the server, or read its folder, start their own by `startMlflow`.
 */
import type { Sql } from "postgres";
import { type MlflowServer, startMlflow } from "../../ops/home/mlflow.ts";

/** Environment variable with the URL that responds with the server's. */
const OFFER = "AIREC_TEST_MLFLOW";

/** Offers a server to the processes that get `env`. */
export function offerMlflow() {
  const folder = Deno.makeTempDirSync({ prefix: "airec-mlflow-" });
  let server: Promise<MlflowServer> | undefined;
  const local = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const offer = Deno.serve(local, async () => {
    server ??= startMlflow({ folder });
    return new Response((await server).url);
  });
  return {
    env: { [OFFER]: `http://127.0.0.1:${offer.addr.port}` },
    async stop() {
      await (await server?.catch(() => undefined))?.stop();
      await offer.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/**
 * Returns the URL of the run's server, which is started for the first caller.
 * @throws {Error} outside of `deno task test`, or if the server did not start
 */
export async function sharedMlflow(): Promise<string> {
  const offer = Deno.env.get(OFFER);
  if (!offer) throw new Error("Run tests by `deno task test [paths]`, which starts MLflow.");
  const response = await fetch(offer);
  const text = await response.text();
  if (!response.ok) throw new Error(`The run's MLflow server did not start: ${text}`);
  return text;
}

/** Returns the name of a model that no other test uses. */
export function ownModel(): string {
  return `project-${ownNumber()}-recommender`;
}

/** Continues a database's project numbers, and so its models' names, where no other test does. */
export async function numberProjectsApart(sql: Sql): Promise<void> {
  await sql.unsafe(
    `alter table recommender.recommender_projects alter id restart with ${ownNumber()}`,
  );
}

/** Returns a number of a project, at random. */
function ownNumber(): number {
  return 10_000 + crypto.getRandomValues(new Uint32Array(1))[0] % 2_000_000_000;
}
