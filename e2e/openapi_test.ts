/** The OpenAPI documents as generators of clients need them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { documents, operationsOf } from "../testing/contracts/documents.ts";

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
