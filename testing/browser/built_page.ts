/** The built dashboard, for tests. */
import { assert } from "@std/assert";
import { existsSync } from "node:fs";
import { fromFileUrl, join } from "@std/path";
import { webHandler } from "../../ops/serve_web.ts";
import { runFolder } from "../runner/run_folder.ts";

const WEB = fromFileUrl(new URL("../../web", import.meta.url));

/** Serves the built dashboard with its headers at `at.web` until the end of the scope. */
export async function builtPage(
  at: Record<"auth" | "recommender" | "webhooks" | "web", string>,
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const shared = runFolder();
  const folder = shared ?? await Deno.makeTempDir({ prefix: "airec-web-" });
  if (!shared) stack.defer(() => Deno.remove(folder, { recursive: true }));
  const { auth, recommender, webhooks } = at;
  const handler = webHandler(await buildOnce(folder), { auth, recommender, webhooks });
  const port = Number(new URL(at.web).port);
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, handler);
  stack.defer(() => server.shutdown());
  return stack.move();
}

/**
 * Builds the dashboard in a folder, unless another test file has built it there; waits for one that
 * is building. Returns the folder of the built files.
 */
async function buildOnce(folder: string): Promise<string> {
  const built = join(folder, "web");
  using lock = await Deno.open(join(folder, "web.lock"), { create: true, write: true });
  await lock.lock(true);
  if (existsSync(built)) return built;
  const unfinished = join(folder, "web.unfinished");
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "npm:vite@8.3.4", "build", WEB, "--outDir", unfinished],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  await Deno.rename(unfinished, built);
  return built;
}
