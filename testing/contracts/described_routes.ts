import { assert } from "@std/assert";

interface Operation {
  summary?: string;
  security?: Record<string, unknown>[];
  responses: Record<string, { description?: string; content?: Record<string, unknown> }>;
}

/**
 * Returns the routes of a service's API description below some paths: method, path, kinds of
 * security in brackets, and the statuses of its responses.
 * @throws if a summary or a response's description is empty, or a JSON error is not described.
 */
export async function describedRoutes(
  app: { request(path: string): Response | Promise<Response> },
  paths: RegExp,
): Promise<string[]> {
  const document: { paths: Record<string, Record<string, Operation>> } =
    await (await app.request("/openapi.json")).json();
  const routes = Object.entries(document.paths).filter(([path]) => paths.test(path));
  return routes.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary, security = [], responses }]) => {
      const name = `${method.toUpperCase()} ${path}`;
      assert(summary, `${name} has no summary`);
      for (const [status, { description, content = {} }] of Object.entries(responses)) {
        assert(description, `${name} does not describe ${status}`);
        const type = Number(status) < 400 ? undefined : "application/problem+json";
        assert(!type || type in content, `${name} does not say the type of ${status}`);
      }
      const by = security.flatMap((each) => Object.keys(each)).join();
      return `${name} [${by}] ${Object.keys(responses).join(" ")}`;
    })
  );
}
