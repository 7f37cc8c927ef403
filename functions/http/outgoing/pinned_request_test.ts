import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { onPath } from "../../../ops/processes/executable.ts";
import { createPinnedRequest } from "./pinned_request.ts";
import { serveOnLoopback } from "../../../testing/webhooks_service.ts";

const openssl = onPath("openssl");
if (!openssl) {
  const reason = "no openssl here to make a certificate with";
  if (Deno.env.get("AIREC_CI") === "1") throw new Error(`In CI no test may be skipped: ${reason}.`);
  console.log(`Tests skipped: ${reason}.`);
}

const request = () => ({
  addresses: ["127.0.0.1"],
  headers: { "content-type": "application/json" },
  body: '{"title":"Amélie"}',
  signal: AbortSignal.timeout(5_000),
});

/** Returns a self-signed certificate for `hooks.example.org`. */
async function certificate(): Promise<{ cert: string; key: string }> {
  const folder = await Deno.makeTempDir();
  try {
    const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    const { success, stderr } = await new Deno.Command(openssl!, {
      args: [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
        ...["-days", "2", "-subj", "/CN=hooks.example.org"],
        ...["-addext", "subjectAltName=DNS:hooks.example.org"],
        ...["-keyout", keyFile, "-out", certFile],
      ],
      stderr: "piped",
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return { cert: await Deno.readTextFile(certFile), key: await Deno.readTextFile(keyFile) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "TLS is checked against the URL's name, not the address",
  ignore: !openssl,
  fn: async () => {
    const { cert, key } = await certificate();
    const bodies: string[] = [];
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, cert, key, onListen: () => {} },
      async (request) => {
        bodies.push(await request.text());
        return new Response("ok");
      },
    );
    const { port } = server.addr;
    const trusting = createPinnedRequest({ ca: cert });
    const answer = await trusting(`https://hooks.example.org:${port}/`, request());
    assertEquals([answer.status, await answer.text()], [200, "ok"]);
    await assertRejects(() => trusting(`https://other.example.org:${port}/`, request()));
    await assertRejects(() =>
      createPinnedRequest()(`https://hooks.example.org:${port}/`, request())
    );
    assertEquals(bodies, ['{"title":"Amélie"}']);
    await server.shutdown();
  },
});

Deno.test("each request has its own connection, and responses without a body are accepted", async () => {
  const ports = new Set<number>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (_request, { remoteAddr }) => {
      ports.add(remoteAddr.port);
      return new Response(null, { status: 204 });
    },
  );
  const send = createPinnedRequest();
  for (let i = 0; i < 3; i++) {
    const answer = await send(`http://hooks.example.org:${server.addr.port}/`, request());
    assertEquals([answer.status, answer.body], [204, null]);
  }
  assertEquals(ports.size, 3);
  await server.shutdown();
});

Deno.test("one responding address of several is enough", async () => {
  await using endpoint = serveOnLoopback(() => new Response("ok"));
  const url = `http://hooks.example.org:${new URL(endpoint.url).port}/`;
  const addresses = ["127.9.9.9", "127.0.0.1"];
  const answer = await createPinnedRequest()(url, { ...request(), addresses });
  assertEquals(await answer.text(), "ok");
});
