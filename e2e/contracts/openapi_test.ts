/** The OpenAPI documents as generators of clients need them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { documents, operationsOf } from "../../testing/contracts/documents.ts";
import { ignoreWithout, part } from "../../testing/runner/optional_parts.ts";

Deno.test("every operation has an id, a tag, its security and described responses", async () => {
  const all = await documents();
  const operations = operationsOf(all);
  assert(operations.length >= 77, `${operations.length} operations`);
  for (const { service, name, operation } of operations) {
    const { operationId, tags, summary, security, responses } = operation;
    assertMatch(operationId ?? "", /^[a-z]+[A-Z][A-Za-z]*$/, `${name}: a verb and a noun`);
    assertEquals(tags?.length, 1, `${name}: one tag`);
    assertMatch(summary ?? "", /^[A-Z].*\.$/, `${name}: a sentence`);
    const schemes = security?.flatMap(Object.keys);
    const isOpen = operation["x-airec-access"] === "open";
    assertEquals(schemes?.length, isOpen ? 0 : 1, `${name}: security`);
    for (const scheme of schemes) assert(scheme in all[service].components.securitySchemes);
    // deno-lint-ignore no-explicit-any
    for (const [status, { description }] of Object.entries<any>(responses)) {
      assert(description, `${name} describes ${status}`);
    }
  }
});

Deno.test("ids of operations are unique in a service; tags, licence and servers are given", async () => {
  const all = await documents();
  for (const [service, document] of Object.entries(all)) {
    const own = operationsOf(all).filter((each) => each.service === service);
    const ids = own.map(({ operation }) => operation.operationId);
    assertEquals(new Set(ids).size, ids.length, service);
    const { info, servers, tags } = document;
    assertEquals([info.license.name, servers.length], ["Apache-2.0", 1]);
    const used = new Set(own.flatMap(({ operation }) => operation.tags));
    assertEquals(new Set(tags.map(({ name }: { name: string }) => name)), used);
    for (const { description } of tags) assert(description);
  }
});

Deno.test("every reference of a document leads to a component", async () => {
  for (const [service, document] of Object.entries(await documents())) {
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
      assert(name in document.components.schemas, `${service}: ${name}`);
    }
  }
});

Deno.test("the warnings about unknown fields are described where they occur", async () => {
  const { webhooks, recommender } = await documents();
  const described = webhooks.components.schemas.Recommendations.properties.warnings;
  assertEquals(described.items, { type: "string" });
  assert(recommender.components.schemas.Problem.properties.warnings);
  const { headers } = recommender.paths["/projects"].get.responses[200];
  assert("x-airec-warnings" in headers);
});

Deno.test({
  name: "redocly's recommended rules find nothing to say of the documents",
  ignore: ignoreWithout("redocly"),
  fn: async () => {
    await using files = await documentFiles();
    for (const file of files.paths) {
      const { code, output } = await run("redocly", [
        ...["lint", "--extends=recommended", "--format=json", file],
      ]);
      const { problems } = JSON.parse(
        output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1),
      );
      assertEquals([code, problems], [0, []]);
    }
  },
});

Deno.test({
  name: "openapi-typescript generates types without a warning",
  ignore: ignoreWithout("openapi-typescript"),
  fn: async () => {
    await using files = await documentFiles();
    for (const file of files.paths) {
      const { code, output } = await run("openapi-typescript", [file, "-o", `${file}.d.ts`]);
      assertEquals([code, /warn|error/i.test(output)], [0, false], output);
      assertMatch(await Deno.readTextFile(`${file}.d.ts`), /export interface operations/);
    }
  },
});

Deno.test({
  name: "openapi-python-client generates a client without a warning",
  ignore: ignoreWithout("openapi-python-client"),
  fn: async () => {
    await using files = await documentFiles();
    // Without its formatter, which would be one more tool to install.
    const config = join(files.folder, "config.yml");
    await Deno.writeTextFile(config, "post_hooks: []\n");
    for (const file of files.paths) {
      const { code, output } = await run("openapi-python-client", [
        ...["generate", "--path", file, "--output-path", `${file}.client`],
        ...["--config", config, "--fail-on-warning"],
      ]);
      assertEquals([code, /warning|error/i.test(output)], [0, false], output);
    }
  },
});

/** Writes the documents to a folder, which is removed at the end. */
async function documentFiles() {
  const folder = await Deno.makeTempDir({ prefix: "airec-openapi-" });
  const paths: string[] = [];
  for (const [service, document] of Object.entries(await documents())) {
    const path = join(folder, `${service}.json`);
    await Deno.writeTextFile(path, JSON.stringify(document));
    paths.push(path);
  }
  return {
    folder,
    paths,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Runs a tool; returns its exit code and all it wrote. */
async function run(tool: Parameters<typeof part>[0], args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(part(tool)!, {
    args,
    env: { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const words = new TextDecoder();
  return { code, output: words.decode(stdout) + words.decode(stderr) };
}
