/** Tests the three OpenAPI documents with Schemathesis. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { ignoreWithout, part } from "../testing/runner/optional_parts.ts";
import { type ServiceName, startApi, type TestApi } from "../testing/api.ts";

/** Operations that would delete what the others use; they get unknown ids. */
const ENDINGS = [
  "DELETE /project/{id}",
  "DELETE /api/apps/{id}",
  "DELETE /api/apps/{id}/endpoints/{endpoint_id}",
];

const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
];

Deno.test({
  name:
    "Schemathesis finds no 5xx, no undocumented status and no response that violates its schema",
  ignore: ignoreWithout("schemathesis"),
  fn: async (t) => {
    await using api = await startApi();
    const runs = (["auth", "recommender", "webhooks"] as const).map((name) => ({
      name,
      run: schemathesis(api, name),
    }));
    for (const { name, run } of runs) {
      await t.step(name, async () => {
        const { code, output } = await run;
        assertEquals(code, 0, output);
      });
    }
  },
});

/** Runs Schemathesis: deterministic, about forty requests an operation, authenticated. */
async function schemathesis({ system, headers, known }: TestApi, name: ServiceName) {
  const folder = await Deno.makeTempDir({ prefix: "airec-schemathesis-" });
  try {
    const config = join(folder, "schemathesis.toml");
    await Deno.writeTextFile(config, configOf(known, name));
    const { code, stdout, stderr } = await new Deno.Command(part("schemathesis")!, {
      args: [
        ...["--no-color", "--config-file", config],
        ...["run", `${system.at[name]}/openapi.json`],
        ...Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
        ...["--checks", CHECKS.join(","), "--phases", "examples,coverage,fuzzing"],
        ...["--max-examples", "10", "--generation-deterministic", "--no-shrink"],
        ...["--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure"],
        // Would end the session that all requests use.
        ...["--exclude-path", "/logout-all"],
        // Streams until the training ends.
        ...["--exclude-path", "/project/{id}/events"],
      ],
      cwd: folder,
      stdout: "piped",
      stderr: "piped",
    }).output();
    const words = new TextDecoder();
    return { code, output: words.decode(stdout) + words.decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function configOf(known: TestApi["known"], name: ServiceName): string {
  const id = name === "recommender" ? known.project_id : known.app_id;
  return [
    "[parameters]",
    `"path.id" = "${id}"`,
    `"path.project_id" = "${known.project_id}"`,
    `"path.endpoint_id" = "${known.endpoint_id}"`,
    ...ENDINGS.flatMap((operation) => [
      "[[operations]]",
      `include-name = "${operation}"`,
      'parameters = { "path.id" = "0" }',
    ]),
  ].join("\n");
}
