import { assert, assertEquals } from "@std/assert";
import {
  ATTEMPT_SENTENCES,
  AttemptError,
  attemptError,
  OTHER_ATTEMPT_ERROR,
} from "./attempt_error.ts";
import { createPinnedRequest } from "./pinned_request.ts";

/** Sends a request that fails; returns the sentence for its error. */
async function sentenceOf(
  url: string,
  { addresses = [] as string[], signal = AbortSignal.timeout(20_000) } = {},
) {
  const send = createPinnedRequest();
  const thrown = await send(url, { addresses, headers: {}, body: "{}", signal }).then(
    () => assert(false, `${url} answered`),
    (error) => error,
  );
  return attemptError(thrown);
}

/** Listens on loopback and passes each connection to `take`. */
function listening(take: (connection: Deno.TcpConn) => void | Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const done = (async () => {
    for await (const connection of listener) await take(connection);
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await done.catch(() => {});
    },
  };
}

Deno.test("failures of sockets, TLS and HTTP have a closed set of messages", async (t) => {
  await t.step("refused", async () => {
    const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = free.addr;
    free.close();
    assertEquals(
      await sentenceOf(`http://127.0.0.1:${port}/`),
      "The endpoint refused the connection.",
    );
  });
  await t.step("closed before an answer", async () => {
    await using server = listening((connection) => connection.close());
    const said = await sentenceOf(`http://127.0.0.1:${server.port}/`);
    assertEquals(said, "The endpoint closed the connection before it responded.");
  });
  await t.step("no TLS, and no HTTP", async () => {
    await using server = listening(async (connection) => {
      await connection.write(new TextEncoder().encode("SSH-2.0-OpenSSH_9.6\r\n\r\n"));
      await connection.read(new Uint8Array(1_000));
      connection.close();
    });
    for (const scheme of ["https", "http"]) {
      const said = await sentenceOf(`${scheme}://127.0.0.1:${server.port}/`);
      assert(ATTEMPT_SENTENCES.includes(said), said);
    }
  });
});

Deno.test("runtime errors are reported without addresses, paths and library names", () => {
  const coded = (code: string, message: string) => Object.assign(new Error(message), { code });
  const cases: [error: unknown, sentence: RegExp][] = [
    [coded("ENOTFOUND", "getaddrinfo ENOTFOUND shop.internal"), /could not be resolved/],
    [coded("EAI_AGAIN", "getaddrinfo EAI_AGAIN dns-7.corp"), /could not be resolved/],
    [coded("ECONNREFUSED", "connect ECONNREFUSED 10.2.3.4:443"), /refused/],
    [coded("EHOSTUNREACH", "connect EHOSTUNREACH 10.2.3.4 - Local (10.0.0.9:5001)"), /reached/],
    [coded("ETIMEDOUT", "connect ETIMEDOUT 192.0.2.1:443"), /did not respond/],
    [coded("ECONNRESET", "socket hang up"), /closed the connection/],
    [new Error("invalid peer certificate: UnknownIssuer"), /certificate/],
    [coded("ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match"), /certificate/],
    [coded("HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/"), /not valid HTTP/],
    [new TypeError("fetch failed", { cause: coded("ECONNREFUSED", "::1") }), /refused/],
    [new Error("Network connection lost."), /closed the connection/],
    [new Error("/srv/airec/functions/webhooks/x.ts:12 select * from t"), /^The request/],
    ["a string", /^The request/],
    [new AttemptError("The name shop.example has no address."), /shop\.example/],
  ];
  for (const [error, sentence] of cases) {
    const said = attemptError(error);
    assert(sentence.test(said), `${said} of ${error}`);
    if (error instanceof AttemptError) continue;
    assert(ATTEMPT_SENTENCES.includes(said));
    assert(!/\d|\/|select|\.ts/.test(said), said);
  }
  assertEquals(attemptError(undefined), OTHER_ATTEMPT_ERROR);
});
