/** Checks that dependencies are pinned exactly: no ranges, no moving tags. */
import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";

const read = (path: string) => Deno.readTextFile(new URL(`../${path}`, import.meta.url));
const EXACT = /^npm:\/?(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(-[\w.]+)?(\/.*)?$/;

Deno.test("every library is pinned to an exact version, and locked with its checksum", async () => {
  const { imports } = JSON.parse(await read("deno.json"));
  for (const [name, specifier] of Object.entries<string>(imports)) {
    assert(EXACT.test(specifier), `${name} is ${specifier}`);
  }
  const { npm, jsr, remote } = JSON.parse(await read("deno.lock"));
  assertEquals([jsr, remote], [undefined, undefined]);
  for (const [name, { integrity }] of Object.entries<{ integrity: string }>(npm)) {
    assert(/^sha512-/.test(integrity), `${name} has no checksum`);
  }
});

Deno.test("images have exact tags", async () => {
  // deno-lint-ignore no-explicit-any
  const { services } = parse(await read("docker-compose.yml")) as any;
  const dockerfile = /^FROM (\S+)/m.exec(await read("ops/Dockerfile"))![1];
  const images = [
    dockerfile,
    // deno-lint-ignore no-explicit-any
    ...Object.values<any>(services).filter(({ build }) => !build).map(({ image }) => image),
  ].filter((image) => image && image !== "airec");
  assert(images.length >= 3, images.join());
  // MLflow's `-full` image is a variant of an exact version.
  for (const image of images) assert(/:v?\d+\.\d+(\.\d+)?(-full)?$/.test(image), image);
});

Deno.test("downloads of CI are pinned, and its lock file is frozen", async () => {
  const script = await read(".ci/run");
  for (
    const name of [
      ...["DENO", "MLFLOW", "SCHEMATHESIS", "OPENAPI_PYTHON_CLIENT", "OPENAPI_TYPESCRIPT"],
      ...["PYTHON_BUILD", "REDOCLY", "TYPESCRIPT"],
    ]
  ) {
    assert(new RegExp(`^${name}=\\d+\\.\\d+\\.\\d+$`, "m").test(script), name);
  }
  assert(script.includes("deno install --frozen"));
  assert(script.includes("deno audit"));
  const { tasks } = JSON.parse(await read("deno.json"));
  const run = Object.values<{ command: string }>(tasks).map(({ command }) => command).join("\n");
  for (const [specifier] of run.matchAll(/npm:\S+/g)) assert(EXACT.test(specifier), specifier);
});
