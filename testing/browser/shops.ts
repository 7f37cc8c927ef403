/** The example shops for tests, as a copied folder. */
import { fromFileUrl, join, toFileUrl } from "@std/path";

const CLIENTS = fromFileUrl(new URL("../../clients", import.meta.url));
/** Files that `deno task dev --demo` writes into a checkout. */
const MADE = ["demo-config.js", "airec-model.js"];

const TYPES: Record<string, string> = { html: "text/html", css: "text/css", js: "text/javascript" };

/** A copy of clients/ with an HTTP server. */
export interface ShopsOnDisk extends AsyncDisposable {
  folder: string;
  /** Returns the file URL of a shop's page. */
  fileOf(shop: string): string;
  /** Returns the HTTP URL of a shop's page. */
  addressOf(shop: string): string;
  /** Writes a shop's configuration. */
  configure(shop: string, config: Record<string, unknown>): Promise<void>;
}

export async function shopsOnDisk(): Promise<ShopsOnDisk> {
  const folder = await Deno.makeTempDir({ prefix: "airec-shops-" });
  await copy(CLIENTS, folder);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async ({ url }) => {
      const { pathname } = new URL(url); // contains no `..`: the URL parser resolves it
      const file = await Deno.readFile(join(folder, pathname)).catch(() => null);
      if (!file) return new Response(null, { status: 404 });
      const type = TYPES[pathname.slice(pathname.lastIndexOf(".") + 1)];
      return new Response(file, { headers: { "content-type": `${type}; charset=utf-8` } });
    },
  );
  return {
    folder,
    fileOf: (shop) => toFileUrl(join(folder, shop, "index.html")).href,
    addressOf: (shop) => `http://127.0.0.1:${server.addr.port}/${shop}/index.html`,
    configure: (shop, config) =>
      Deno.writeTextFile(
        join(folder, shop, "demo-config.js"),
        `globalThis.DEMO_CONFIG = ${JSON.stringify(config)};`,
      ),
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function copy(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (MADE.includes(name)) continue;
    if (isDirectory) {
      await Deno.mkdir(join(to, name));
      await copy(join(from, name), join(to, name));
    } else await Deno.copyFile(join(from, name), join(to, name));
  }
}
