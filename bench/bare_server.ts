/**
 * Baseline HTTP server: Deno's own, with the same response to every request. The services' rates
 * and latencies are reported next to the baseline's, measured under the same load within a minute,
 * since other load on the machine slows both alike.
 *
 *     deno run -A bench/bare_server.ts <port> <bytes of the response>
 */
import { fromFileUrl } from "@std/path";

/** Running servers that share a port. */
export interface BareServers extends AsyncDisposable {
  port: number;
  pids: number[];
}

/** Starts `processes` servers with responses of `bytes` bytes. */
export async function startBare(
  { port, processes, bytes }: { port: number; processes: number; bytes: number },
): Promise<BareServers> {
  const children = Array.from({ length: processes }, () =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", fromFileUrl(import.meta.url), String(port), String(bytes)],
      stdout: "piped",
    }).spawn());
  const ready = children.map(async ({ stdout }) => {
    const reader = stdout.getReader();
    await reader.read();
    await reader.cancel();
  });
  await Promise.all(ready);
  return {
    port,
    pids: children.map(({ pid }) => pid),
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill();
      await Promise.all(children.map(({ status }) => status));
    },
  };
}

if (import.meta.main) {
  const [port, bytes] = Deno.args.map(Number);
  const headers = { "content-type": "application/json" };
  const text = JSON.stringify({ answer: "-".repeat(Math.max(0, bytes - 13)) });
  Deno.serve(
    { hostname: "127.0.0.1", port, reusePort: true, onListen: () => console.log("up") },
    () => new Response(text, { headers }),
  );
}
