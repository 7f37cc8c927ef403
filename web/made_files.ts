/** Vite plugin for generated files: served during development, emitted into the build. */
import type { Plugin } from "vite";

/**
 * @param files functions that return a file's text, by path without a leading slash. During
 * development they run at each request, so that changes of their sources show at once.
 */
export function madeFiles(files: Record<string, () => string | Promise<string>>): Plugin {
  return {
    name: "airec:made-files",
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const path = (request.url ?? "/").slice(1).split("?", 1)[0];
        if (!Object.hasOwn(files, path)) return next();
        try {
          const text = await files[path]();
          response.setHeader("content-type", contentType(path));
          response.setHeader("cache-control", "no-store");
          response.end(text);
        } catch (error) {
          next(error);
        }
      });
    },
    async generateBundle() {
      for (const [fileName, make] of Object.entries(files)) {
        this.emitFile({ type: "asset", fileName, source: await make() });
      }
    },
  };
}

function contentType(path: string): string {
  return path.endsWith(".json") ? "application/json" : "text/csv; charset=utf-8";
}
