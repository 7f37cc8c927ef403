/**
 * Generates the typed parts of `clients/typescript` and `clients/python` from the OpenAPI document
 * of the routes by key: `deno task build:clients`.
 */
import { fromFileUrl, join } from "@std/path";
import { part } from "../runner/optional_parts.ts";
import { keyedDocument } from "./keyed_document.ts";

const CLIENTS = fromFileUrl(new URL("../../clients", import.meta.url));

/** Places of the generated parts. */
export const GENERATED = {
  typescript: join(CLIENTS, "typescript/src/schema.ts"),
  python: join(CLIENTS, "python/src/airec_client/generated"),
};

/**
 * Writes the generated parts.
 * @throws {Error} if a generator is missing, fails or warns.
 */
export async function generateClients(to: typeof GENERATED): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "airec-clients-" });
  try {
    const document = join(folder, "openapi.json");
    await Deno.writeTextFile(document, JSON.stringify(await keyedDocument()));
    await run("openapi-typescript", [document, "-o", to.typescript]);
    const config = join(folder, "config.yml");
    // Without its formatter, which would be one more tool to install.
    await Deno.writeTextFile(config, "post_hooks: []\n");
    await run("openapi-python-client", [
      ...["generate", "--path", document, "--output-path", to.python, "--meta", "none"],
      ...["--overwrite", "--config", config, "--fail-on-warning"],
    ]);
    // The client is our own, of which only the models are generated.
    for (const unused of ["api", "client.py", "errors.py"]) {
      await Deno.remove(join(to.python, unused), { recursive: true });
    }
    await Deno.writeTextFile(
      join(to.python, "__init__.py"),
      '"""Models of requests and responses, generated from the OpenAPI document."""\n',
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(tool: "openapi-typescript" | "openapi-python-client", args: string[]) {
  const path = part(tool);
  if (path === null) throw new Error(`${tool} is missing: see CONTRIBUTING.md.`);
  const { success, stdout, stderr } = await new Deno.Command(path, {
    args,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const words = new TextDecoder();
  if (!success) throw new Error(`${tool} failed: ${words.decode(stdout)}${words.decode(stderr)}`);
}

if (import.meta.main) await generateClients(GENERATED);
