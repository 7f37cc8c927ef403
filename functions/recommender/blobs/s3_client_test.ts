import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { loopbackServer } from "../../../testing/loopback_server.ts";
import { BlobsAwayError, BlobsFullError } from "./blobs.ts";
import { drained, s3Client, S3Error, tagIn, unbroken, unescaped } from "./s3_client.ts";

const keys = { accessKeyId: "an id", secretAccessKey: "a key" };

Deno.test("a call is signed, and goes to the object's escaped path in the bucket", async () => {
  const seen: { call: string[]; headers: Headers }[] = [];
  await using server = loopbackServer(({ method, url, headers }) => {
    const { pathname, search } = new URL(url);
    seen.push({ call: [method, pathname, search], headers: new Headers(headers) });
    return new Response("stored");
  });
  const call = s3Client({ endpoint: `${server.url}//`, bucket: "films", ...keys });
  const response = await call("PUT", "a b/ü", { body: "content", headers: { "if-match": "x" } });
  assertEquals(await response.text(), "stored");
  await drained(await call("GET", "", { query: "uploads=" }));
  assertEquals(seen.map(({ call }) => call), [
    ["PUT", "/films/a%20b/%C3%BC", ""],
    ["GET", "/films", "?uploads="],
  ]);
  assertEquals(seen[0].headers.get("if-match"), "x");
  const signed = seen[0].headers.get("authorization")!;
  assertStringIncludes(signed, "AWS4-HMAC-SHA256 Credential=an id/");
  assertStringIncludes(signed, "/auto/s3/aws4_request");
});

Deno.test("errors are typed as refused, full or unavailable; an expected error is returned", async () => {
  const error = (status: number, code: string) =>
    new Response(`<Error><Code>${code}</Code></Error>`, { status });
  const answers: Record<string, () => Response> = {
    "/films/refused": () => error(403, "AccessDenied"),
    "/films/full": () => error(400, "DiskFull"),
    "/films/quota": () => error(403, "QuotaExceeded"),
    "/films/507": () => error(507, "Other"),
    "/films": () => error(404, "NoSuchBucket"),
  };
  await using server = loopbackServer(({ url }) => answers[new URL(url).pathname]());
  const call = s3Client({ endpoint: server.url, bucket: "films", ...keys });
  const refused = await assertRejects(
    () => call("GET", "refused"),
    S3Error,
    "The file storage refused GET refused: 403 AccessDenied.",
  );
  assert(refused instanceof BlobsAwayError);
  assertEquals(refused.status, 403);
  await assertRejects(() => call("GET", ""), S3Error, "refused GET films: 404 NoSuchBucket.");
  for (const name of ["full", "quota", "507"]) {
    await assertRejects(() => call("PUT", name), BlobsFullError, `no space left to store ${name}`);
  }
  const expected = await call("GET", "refused", { expected: [404, 403] });
  assertEquals((await drained(expected)).status, 403);
  const nowhere = s3Client({ endpoint: "http://127.0.0.1:9", bucket: "films", ...keys });
  await assertRejects(() => nowhere("GET", "a"), BlobsAwayError, "cannot be reached");
});

Deno.test("an interrupted body counts as an unavailable store, and cancelling reaches the source", async () => {
  let pulls = 0;
  let cancelled: unknown;
  const body = () =>
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(Uint8Array.of(7));
        else controller.error(new Error("connection reset"));
      },
      cancel: (reason) => void (cancelled = reason),
    });
  const reader = unbroken(body()).getReader();
  assertEquals((await reader.read()).value, Uint8Array.of(7));
  await assertRejects(() => reader.read(), BlobsAwayError, "stopped responding");
  pulls = 0;
  await unbroken(body()).cancel("enough");
  assertEquals(cancelled, "enough");
  const whole = unbroken(new Blob(["all"]).stream());
  assertEquals(await new Response(whole).text(), "all");
});

Deno.test("texts of XML are read by their element's name, without entities", () => {
  const xml = "<A><Key>a&amp;lt;b</Key><Key>c</Key><Keys>d</Keys></A>";
  assertEquals(tagIn(xml, "Key"), "a&amp;lt;b");
  assertEquals([tagIn(xml, "Keys"), tagIn(xml, "Ke")], ["d", null]);
  assertEquals(unescaped("a&amp;lt;b &lt;&gt;&quot;&#39;&apos;&amp;"), "a&lt;b <>\"''&");
});
