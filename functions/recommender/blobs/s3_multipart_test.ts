import { assertEquals, assertRejects } from "@std/assert";
import { loopbackServer } from "../../../testing/loopback_server.ts";
import { s3Client, S3Error } from "./s3_client.ts";
import { putStream, s3Multipart } from "./s3_multipart.ts";

/** A bucket that notes the calls it gets; `broken` makes one of them fail. */
function bucket(broken: { part?: number; join?: boolean } = {}) {
  const calls: string[] = [];
  const server = loopbackServer(async (request) => {
    const { searchParams: query, pathname } = new URL(request.url);
    const body = await request.text();
    calls.push(`${request.method} ${pathname}?${query} ${body}`);
    if (query.has("uploads")) return new Response("<UploadId>an &amp; id</UploadId>");
    if (query.get("partNumber") === String(broken.part)) return new Response("", { status: 400 });
    if (request.method === "PUT") {
      return new Response("", { headers: { etag: `"${query.get("partNumber")}"` } });
    }
    return new Response(broken.join ? "<Error><Code>InternalError</Code></Error>" : "");
  });
  const call = s3Client({
    ...{ endpoint: server.url, bucket: "b", accessKeyId: "a", secretAccessKey: "b" },
  });
  return { calls, server, multipart: s3Multipart(call) };
}

const put = () => Promise.reject(new Error("it is not short"));
const streamed = (text: string) => new Blob([text]).stream();

Deno.test("a stream is stored in parts, which are joined in their order", async () => {
  const { calls, server, multipart } = bucket();
  await using _ = server;
  await putStream(multipart, "f", { content: streamed("abcdefg"), partBytes: 3, put });
  assertEquals(calls, [
    "POST /b/f?uploads= ",
    "PUT /b/f?partNumber=1&uploadId=an+%26+id abc",
    "PUT /b/f?partNumber=2&uploadId=an+%26+id def",
    "PUT /b/f?partNumber=3&uploadId=an+%26+id g",
    'POST /b/f?uploadId=an+%26+id <CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"1"</ETag></Part>' +
    '<Part><PartNumber>2</PartNumber><ETag>"2"</ETag></Part>' +
    '<Part><PartNumber>3</PartNumber><ETag>"3"</ETag></Part></CompleteMultipartUpload>',
  ]);
});

Deno.test("a stream of one part is stored by one call", async () => {
  const { calls, server, multipart } = bucket();
  await using _ = server;
  const stored: string[] = [];
  await putStream(multipart, "f", {
    content: streamed("ab"),
    partBytes: 3,
    put: (name, bytes) => {
      stored.push(name, new TextDecoder().decode(bytes));
      return Promise.resolve();
    },
  });
  assertEquals([stored, calls], [["f", "ab"], []]);
});

Deno.test("an upload that fails is aborted, and its error is that of the failure", async () => {
  for (const broken of [{ part: 2 }, { join: true }]) {
    const { calls, server, multipart } = bucket(broken);
    await using _ = server;
    const storing = putStream(multipart, "f", { content: streamed("abcdef"), partBytes: 3, put });
    await assertRejects(
      () => storing,
      S3Error,
      broken.join ? "did not join the parts of f: InternalError" : "refused PUT f: 400",
    );
    assertEquals(calls.at(-1), "DELETE /b/f?uploadId=an+%26+id ");
  }
});
