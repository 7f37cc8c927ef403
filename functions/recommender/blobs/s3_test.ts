import { assertEquals } from "@std/assert";
import { loopbackServer } from "../../../testing/loopback_server.ts";
import { s3Blobs } from "./s3.ts";

/** Two pages of S3's ListMultipartUploads response, as in its API reference. */
const PAGES = [
  `<?xml version="1.0" encoding="UTF-8"?>
<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Bucket>blobs</Bucket><KeyMarker/><UploadIdMarker/>
  <NextKeyMarker>uploads/a</NextKeyMarker>
  <NextUploadIdMarker>id &amp; more</NextUploadIdMarker>
  <MaxUploads>1</MaxUploads><IsTruncated>true</IsTruncated>
  <Upload>
    <Key>uploads/a</Key><UploadId>id &amp; more</UploadId>
    <Initiator><ID>arn</ID><DisplayName>x</DisplayName></Initiator>
    <StorageClass>STANDARD</StorageClass>
    <Initiated>2026-07-01T20:48:33.000Z</Initiated>
  </Upload>
</ListMultipartUploadsResult>`,
  `<?xml version="1.0" encoding="UTF-8"?>
<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Bucket>blobs</Bucket><IsTruncated>false</IsTruncated>
  <Upload>
    <Key>uploads/b</Key><UploadId>2</UploadId><Initiated>2026-07-02T20:48:33.000Z</Initiated>
  </Upload>
</ListMultipartUploadsResult>`,
];

const OBJECTS = `<ListBucketResult><IsTruncated>false</IsTruncated><Contents>
  <Key>uploads/c</Key><LastModified>2026-07-03T17:50:30.000Z</LastModified><Size>7</Size>
</Contents></ListBucketResult>`;

Deno.test("S3's unfinished uploads are entries, page after page", async () => {
  await using server = loopbackServer((request) => {
    const query = new URL(request.url).searchParams;
    if (!query.has("uploads")) return new Response(OBJECTS);
    assertEquals(query.get("prefix"), "uploads/");
    if (!query.has("key-marker")) return new Response(PAGES[0]);
    const marker = [query.get("key-marker"), query.get("upload-id-marker")];
    assertEquals(marker, ["uploads/a", "id & more"]);
    return new Response(PAGES[1]);
  });
  const keys = { accessKeyId: "a", secretAccessKey: "b" };
  const blobs = s3Blobs({ endpoint: server.url, bucket: "blobs", ...keys });
  assertEquals(await Array.fromAsync(blobs.entries("uploads/")), [
    { name: "uploads/c", bytes: 7, modifiedAt: new Date("2026-07-03T17:50:30Z") },
    {
      name: "uploads/a",
      handle: "id & more",
      bytes: 0,
      modifiedAt: new Date("2026-07-01T20:48:33Z"),
    },
    { name: "uploads/b", handle: "2", bytes: 0, modifiedAt: new Date("2026-07-02T20:48:33Z") },
  ]);
});

Deno.test("a store that lists no unfinished uploads has none", async () => {
  await using server = loopbackServer((request) =>
    new URL(request.url).searchParams.has("uploads")
      ? new Response("<Error><Code>NotImplemented</Code></Error>", { status: 501 })
      : new Response(OBJECTS)
  );
  const keys = { accessKeyId: "a", secretAccessKey: "b" };
  const blobs = s3Blobs({ endpoint: server.url, bucket: "blobs", ...keys });
  assertEquals((await Array.fromAsync(blobs.entries(""))).map(({ name }) => name), ["uploads/c"]);
});
