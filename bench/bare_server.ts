/**
 * What the machine gives a server that does nothing: Deno's own, with one answer for every request.
 * Rates and times are told beside its own, taken under the same load within the same minute, for a
 * machine that is busy with other things slows both alike.
 *
 *     deno run -A bench/bare_server.ts <port> <bytes of the answer>
 */
import { fromFileUrl } from "@std/path";

/** Running ones that share a port. */
export interface BareServers extends AsyncDisposable {
  port: number;
  pids: number[];
}

/** Starts as many as the services have processes; each answers with as many bytes as they do. */
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
