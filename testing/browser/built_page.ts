/** The built dashboard, for tests. */
import { assert } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { webHandler } from "../../ops/serve_web.ts";

const WEB = fromFileUrl(new URL("../../web", import.meta.url));

/** Builds the dashboard and serves it with its headers until the end of the scope. */
export async function builtPage(
  port: number,
  at: Record<"auth" | "recommender" | "webhooks", string>,
): Promise<AsyncDisposable> {
  const folder = await Deno.makeTempDir({ prefix: "airec-web-" });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "npm:vite@8.3.4", "build", WEB, "--outDir", join(folder, "dist")],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  const { auth, recommender, webhooks } = at;
  const handler = webHandler(join(folder, "dist"), { auth, recommender, webhooks });
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, handler);
  return {
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
