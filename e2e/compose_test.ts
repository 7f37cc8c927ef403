import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import { secretsOf } from "../ops/home/secrets.ts";
import { environmentFile } from "../ops/setup.ts";

const read = (name: string) => Deno.readTextFileSync(new URL(`../${name}`, import.meta.url));

interface Compose {
  services: Record<string, {
    image?: string;
    command?: string[];
    environment?: Record<string, string>;
    depends_on?: Record<string, unknown>;
    ports?: string[];
    user?: string;
    read_only?: boolean;
    container_name?: string;
    healthcheck?: { test: string[] };
  }>;
  volumes: Record<string, unknown>;
}

const SECRETS = [
  "JWT_SECRET",
  "SERVICE_SECRET",
  "PASSWORD_PEPPER",
  "AIREC_SECRET_KEY",
  "POSTGRES_PASSWORD",
];

Deno.test("docker compose runs every part, from files that exist, on loopback", () => {
  const { services } = parse(read("docker-compose.yml")) as Compose;
  assertEquals(Object.keys(services).sort(), [
    "auth",
    "backup",
    "migrate",
    "mlflow",
    "mlflow-folder",
    "postgres",
    "recommender",
    "trainer",
    "web",
    "webhooks",
  ]);
  for (const [name, { image, command, depends_on, ports }] of Object.entries(services)) {
    if (image === "airec") {
      assert(Deno.statSync(new URL(`../${command!.at(-1)}`, import.meta.url)).isFile, name);
    }
    for (const needed of Object.keys(depends_on ?? {})) assert(services[needed], needed);
    for (const port of ports ?? []) assert(port.startsWith("127.0.0.1:"), port);
  }
  assertEquals(services.postgres.image, "postgres:18.4");
});

Deno.test("listening services have health checks, own images a read-only root, and trainers scale", () => {
  const { services } = parse(read("docker-compose.yml"), { schema: "extended" }) as Compose;
  for (const [name, { ports, healthcheck }] of Object.entries(services)) {
    if (ports) assert(healthcheck, name);
    // The health check uses the published port.
    const [, port] = /127\.0\.0\.1:(\d+)/.exec(healthcheck?.test.join(" ") ?? "") ?? [];
    if (port) assert(ports!.some((published) => published.endsWith(`:${port}`)), name);
  }
  for (const [name, { image, read_only, user }] of Object.entries(services)) {
    if (image === "airec") assert(read_only && user === undefined, name);
  }
  const { mlflow, trainer } = services;
  assert(mlflow.read_only && mlflow.user === "1000:1000" && mlflow.image!.endsWith("-full"));
  assert(!trainer.ports && !trainer.container_name);
});

Deno.test("compose requires each secret, and explains every variable it reads", () => {
  const compose = read("docker-compose.yml");
  const example = read(".env.example");
  for (const secret of SECRETS) {
    assert(compose.includes(`\${${secret}:?`), secret);
    assert(!new RegExp(`\\$\\{${secret}(:-|\\})`).test(compose), `${secret} has no default`);
  }
  for (const [, name] of compose.matchAll(/\$\{([A-Z][A-Z0-9_]*)/g)) {
    assert(new RegExp(`^(# )?${name}=`, "m").test(example), `.env.example lacks ${name}`);
  }
});

Deno.test("set-up fills the secrets into the example, and changes nothing else", async () => {
  const secrets = await secretsOf(await Deno.makeTempDir());
  const example = read(".env.example");
  const made = environmentFile(example, secrets);
  for (const name of SECRETS) {
    const value = secrets[name.toLowerCase() as keyof typeof secrets];
    assert(made.includes(`\n${name}=${value}\n`), name);
  }
  assert(made.includes("\nJWT_SECRET_PREVIOUS=\n"));
  const blank = SECRETS.reduce(
    (text, name) => text.replace(new RegExp(`^${name}=.+$`, "m"), `${name}=`),
    made,
  );
  assertEquals(blank, example);
});

Deno.test("the image's user is not root", () => {
  const users = read("ops/Dockerfile").split("\n").filter((line) => line.startsWith("USER "));
  assertEquals(users, ["USER deno"]);
});
