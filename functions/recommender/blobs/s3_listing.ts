/** Listings of a bucket, page by page. */
import type { BlobEntry } from "./blobs.ts";
import { type S3Call, tagIn, unescaped } from "./s3_client.ts";

/** A complete object with its ETag, by which its content is known. */
export type StoredObject = Omit<BlobEntry, "handle"> & { tag: string };

/** Lists complete objects, in ascending order. */
export async function* storedObjects(call: S3Call, prefix: string): AsyncGenerator<StoredObject> {
  let last: string | undefined;
  for (;;) {
    const query = new URLSearchParams({ "list-type": "2", prefix });
    if (last !== undefined) query.set("start-after", last);
    const text = await (await call("GET", "", { query: query.toString() })).text();
    for (const [, object] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      last = unescaped(tagIn(object, "Key")!);
      yield {
        name: last,
        bytes: Number(tagIn(object, "Size")),
        modifiedAt: new Date(tagIn(object, "LastModified")!),
        tag: unescaped(tagIn(object, "ETag") ?? ""),
      };
    }
    if (tagIn(text, "IsTruncated") !== "true") return;
  }
}

/** Lists uploads neither completed nor aborted; empty if the store cannot list them. */
export async function* unfinishedUploads(call: S3Call, prefix: string): AsyncGenerator<BlobEntry> {
  let marker = "";
  for (;;) {
    const query = `uploads=&${new URLSearchParams({ prefix })}${marker}`;
    const response = await call("GET", "", { query, expected: [501] });
    const text = await response.text();
    for (const [, upload] of text.matchAll(/<Upload>(.*?)<\/Upload>/gs)) {
      yield {
        name: unescaped(tagIn(upload, "Key")!),
        handle: unescaped(tagIn(upload, "UploadId")!),
        bytes: 0,
        modifiedAt: new Date(tagIn(upload, "Initiated")!),
      };
    }
    if (tagIn(text, "IsTruncated") !== "true") return;
    marker = `&${new URLSearchParams({
      "key-marker": unescaped(tagIn(text, "NextKeyMarker")!),
      "upload-id-marker": unescaped(tagIn(text, "NextUploadIdMarker")!),
    })}`;
  }
}
