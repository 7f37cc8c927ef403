/** The typed clients: generated from the current document, packed, installed, and run. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { startApi, type TestApi } from "../../testing/api.ts";
import { generateClients, GENERATED } from "../../testing/contracts/generate_clients.ts";
import { ignoreWithout, part } from "../../testing/runner/optional_parts.ts";

const CLIENTS = fromFileUrl(new URL("../../clients", import.meta.url));

Deno.test({
  name: "the generated parts of the clients are those of the current document",
  ignore: ignoreWithout("openapi-typescript") || ignoreWithout("openapi-python-client"),
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "airec-clients-" });
    try {
      const made = { typescript: join(folder, "schema.ts"), python: join(folder, "generated") };
      await generateClients(made);
      const message = "run deno task build:clients";
      assertEquals(
        await Deno.readTextFile(made.typescript),
        await Deno.readTextFile(GENERATED.typescript),
        message,
      );
      assertEquals(await textsIn(made.python), await textsIn(GENERATED.python), message);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "the packed clients do their README's example against a running system",
  ignore: ignoreWithout("npm") || ignoreWithout("pyproject-build"),
  fn: async (t) => {
    await using api = await startApi();
    const folder = await Deno.makeTempDir({ prefix: "airec-clients-" });
    try {
      await t.step("TypeScript, by npm pack", () => npmClient(api, join(folder, "npm")));
      await t.step("Python, by python -m build", () => pythonClient(api, join(folder, "python")));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

async function npmClient(api: TestApi, folder: string): Promise<void> {
  await Deno.mkdir(folder);
  const npm = part("npm")!;
  await run(npm, ["pack", "--pack-destination", folder], { cwd: join(CLIENTS, "typescript") });
  await run(npm, ["init", "--yes"], { cwd: folder });
  await run(npm, ["install", "--no-audit", "--no-fund", "./airec-client-1.0.0.tgz"], {
    cwd: folder,
  });
  await Deno.writeTextFile(join(folder, "example.mjs"), await example("typescript", "js"));
  checkOutput(await run("node", ["example.mjs"], { cwd: folder, env: environment(api) }));
}

async function pythonClient(api: TestApi, folder: string): Promise<void> {
  await Deno.mkdir(folder);
  await run(part("pyproject-build")!, ["--outdir", folder, join(CLIENTS, "python")], {
    cwd: folder,
  });
  const python = join(part("pyproject-build")!, "../python");
  await run(python, ["-m", "venv", "venv"], { cwd: folder });
  const wheel = "airec_client-1.0.0-py3-none-any.whl";
  await run("venv/bin/pip", ["install", "--quiet", "--disable-pip-version-check", wheel], {
    cwd: folder,
  });
  const test = join(CLIENTS, "python/test_client.py");
  assertEquals(await run("venv/bin/python", [test], { cwd: folder }), "ok\n");
  await Deno.writeTextFile(join(folder, "example.py"), await example("python", "python"));
  checkOutput(await run("venv/bin/python", ["example.py"], { cwd: folder, env: environment(api) }));
}

/** Checks that three films, counts of lists and of changed items, and the refusal were printed. */
function checkOutput(output: string): void {
  const lines = output.trim().split("\n");
  assertEquals(lines.length, 6, output);
  for (const line of lines.slice(0, 3)) assertMatch(line, /^\S+ .+/);
  assertEquals(lines.slice(3, 5), ["3 3", "1 1"]);
  assertMatch(lines[5], /^422 invalid_input .*Send user_id/);
}

function environment({ system, headers, known }: TestApi): Record<string, string> {
  return {
    AIREC_URL: system.at.webhooks,
    AIREC_KEY: headers["x-api-key"],
    AIREC_PROJECT: String(known.project_id),
  };
}

/** Returns the example of a client's README. */
async function example(client: string, language: string): Promise<string> {
  const text = await Deno.readTextFile(join(CLIENTS, client, "README.md"));
  const found = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "s").exec(text);
  assert(found);
  return found![1];
}

async function textsIn(folder: string, within = ""): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(join(folder, within))) {
    if (name === "__pycache__") continue;
    const path = join(within, name);
    if (isDirectory) Object.assign(texts, await textsIn(folder, path));
    else texts[path] = await Deno.readTextFile(join(folder, path));
  }
  return texts;
}

/** Runs a program and returns its output; fails with all that it wrote. */
async function run(
  command: string,
  args: string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    ...options,
    stdout: "piped",
    stderr: "piped",
  }).output();
  const words = new TextDecoder();
  assert(success, `${command} ${args[0]}: ${words.decode(stdout)}${words.decode(stderr)}`);
  return words.decode(stdout);
}
