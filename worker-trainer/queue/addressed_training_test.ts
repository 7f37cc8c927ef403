import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type TestBucket, testBucket } from "../../dev/r2.ts";
import { type Client, testRecommender } from "../../testing/recommender.ts";
import { until } from "../../testing/until.ts";
import { drained, s3Client } from "../../functions/recommender/blobs/s3_client.ts";
import { installationId } from "../../functions/recommender/projects/projects.ts";
import { trainerConfig } from "../config.ts";
import { forgetErased } from "../housekeeping/forget.ts";
import { openAddresses } from "../open_addresses.ts";
import { runTrainer } from "./trainer.ts";
import { trainInProcess } from "./training_process.ts";

const SECRET_KEY = new Uint8Array(32).fill(9).toBase64({ alphabet: "base64url" });

/** Returns rows of users who like items of one of two halves. */
function rowsOf(users: readonly number[]): string {
  const rows = users.flatMap((user) =>
    Array.from(
      { length: 12 },
      (_, n) => `user${user},i${(user % 2) * 20 + (user * 7 + n * 3) % 20}`,
    )
  );
  return `user,item\n${rows.join("\n")}\n`;
}

/** Starts the service and a trainer over a folder and a bucket. */
async function place() {
  await using stack = new AsyncDisposableStack();
  const data = await Deno.realPath(await Deno.makeTempDir({ prefix: "airec-data-" }));
  stack.defer(() => Deno.remove(data, { recursive: true }));
  const { s3 } = stack.use(await testBucket() as TestBucket);
  const env = {
    DATA_ROOTS: `*=file://${data} *=s3://${s3.bucket}`,
    DATA_S3_ENDPOINT: s3.endpoint,
    AIREC_SECRET_KEY: SECRET_KEY,
  };
  const addresses = openAddresses(
    trainerConfig({ ...env, DATABASE_URL: "postgres://x", BLOBS_FOLDER: "/nowhere" }),
  );
  const service = stack.use(await testRecommender({ addresses }));
  const { sql, blobs, registry } = service;
  const stop = new AbortController();
  const running = runTrainer({
    ...{ sql, blobs, registry, log: () => {} },
    installation: await installationId(sql),
    train: (order, options) =>
      trainInProcess(order, {
        ...options,
        env: { ...env, DATABASE_URL: service.databaseUrl, BLOBS_FOLDER: service.blobsFolder },
      }),
  }, stop.signal);
  stack.defer(async () => {
    stop.abort();
    await running;
  });
  const ann = await service.signUp("ann");
  const kept = stack.move();
  return {
    ...{ data, s3, service, addresses, ann },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Creates a project and waits for the end of its training; returns its status. */
async function trained(client: Client, fields: Record<string, string | File>) {
  const interaction_schema_json = '{"user_id": "user", "item_id": "item"}';
  const { status, body } = await client.upload({
    project_name: "Data",
    ...{ interaction_schema_json, ...fields },
  });
  assertEquals(status, 201, JSON.stringify(body));
  const set = await client.send("PATCH", `/project/${body.id}/settings`, { search: "first" });
  assertEquals(set.status, 200);
  return await ended(client, body.id);
}

function ended(client: Client, id: number) {
  return until(async () => {
    const { body } = await client.get(`/project/${id}/status`);
    return ["READY", "ERROR"].includes(body.status) && !body.improving && body;
  }, { patienceMs: 120_000 });
}

const USERS = Array.from({ length: 60 }, (_, user) => user);

Deno.test("data at addresses train as an upload of the same rows does", async () => {
  await using at = await place();
  const { ann, data, s3 } = at;
  const call = s3Client(s3);
  const halves = [rowsOf(USERS.slice(0, 30)), rowsOf(USERS.slice(30))];
  for (const [i, half] of halves.entries()) {
    await Deno.writeTextFile(`${data}/part-${i}.csv`, half);
    const body = new TextEncoder().encode(half);
    await drained(await call("PUT", `shop/part-${i}.csv`, { body }));
  }
  const all = new File([rowsOf(USERS)], "all.csv");
  const uploaded = await trained(ann, { interaction_file: all });
  const onDisk = await trained(ann, { interaction_address: `file://${data}/*.csv` });
  const inBucket = await trained(ann, {
    interaction_address: `s3://${s3.bucket}/shop/`,
    data_keys_json: JSON.stringify({
      access_key_id: s3.accessKeyId,
      secret_access_key: s3.secretAccessKey,
    }),
  });
  for (const { status, error, files: [{ receipt }], report } of [onDisk, inBucket]) {
    assertEquals([status, error], ["READY", null]);
    assertEquals(receipt, uploaded.files[0].receipt);
    assertEquals(report.dataset_fingerprint, uploaded.report.dataset_fingerprint);
  }
  const stored = await at.service.sql`select address::text from recommender.uploaded_files`;
  assert(!JSON.stringify(stored).includes(s3.secretAccessKey));

  // The next training reads what is there then, and says so where nothing is.
  const path = `/project/${onDisk.id}`;
  for (const i of [0, 1]) await Deno.remove(`${data}/part-${i}.csv`);
  assertEquals((await ann.post(`${path}/retrain`, {})).status, 202);
  const { status, error } = await ended(ann, onDisk.id);
  assertEquals(status, "READY");
  assertStringIncludes(error, `There is no file at file://${data}/*.csv`);
});

Deno.test("erased users at an address are left out, and listed until their rows are deleted", async () => {
  await using at = await place();
  const { ann, data, addresses, service: { sql, blobs, registry } } = at;
  await Deno.writeTextFile(`${data}/rows.csv`, rowsOf(USERS));
  const { id } = await trained(ann, { interaction_address: `file://${data}/rows.csv` });
  const path = `/project/${id}`;
  assertEquals((await ann.send("DELETE", `${path}/users/user7`)).status, 202);
  const after = await ended(ann, id);
  assertEquals([after.status, after.error], ["READY", null]);
  assertEquals(after.files[0].receipt.users, USERS.length - 1);

  const round = async () => {
    await sql`update recommender.forgetting set next_try_at = now()`;
    const options = { blobs, addresses, registry, log: () => {}, claimSeconds: 0 };
    await forgetErased(sql, options);
    return (await ann.get(`${path}/users/erased`)).body.users;
  };
  const [listed] = await round();
  assertEquals(listed.user_id, "user7");
  assertStringIncludes(
    listed.cause,
    `The data at file://${data}/rows.csv have rows of these users`,
  );
  await Deno.writeTextFile(`${data}/rows.csv`, rowsOf(USERS.filter((user) => user !== 7)));
  assertEquals(await round(), []);
});
