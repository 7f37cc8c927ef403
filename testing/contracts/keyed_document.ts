import { type Document, documents } from "./documents.ts";

/** Returns the OpenAPI document of the routes by key with the components that they use. */
export async function keyedDocument(): Promise<Document> {
  const { webhooks: document } = await documents();
  const paths = Object.entries<Record<string, Document>>(document.paths).map(([path, item]) => {
    const byKey = Object.entries(item).filter(([, each]) => each["x-airec-access"] === "key");
    return [path, Object.fromEntries(byKey)] as const;
  }).filter(([, item]) => Object.keys(item).length > 0);
  const used = new Set<string>();
  const collect = (value: unknown) => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      collect(document.components.schemas[name]);
    }
  };
  collect(paths);
  const schemas = Object.entries(document.components.schemas).filter(([name]) => used.has(name));
  return {
    ...document,
    paths: Object.fromEntries(paths),
    tags: document.tags.filter(({ name }: { name: string }) => name === "By key"),
    components: { ...document.components, schemas: Object.fromEntries(schemas) },
  };
}
