/** Uploads to a bucket in parts. */
import { partsOf } from "./parts.ts";
import { drained, type S3Call, S3Error, tagIn, unescaped } from "./s3_client.ts";

/** Multipart uploads: `begin` returns the upload's id, `putPart` the part's entity tag. */
export type S3Multipart = ReturnType<typeof s3Multipart>;

export function s3Multipart(call: S3Call) {
  async function begin(name: string): Promise<string> {
    const response = await call("POST", name, { query: "uploads=" });
    return unescaped(tagIn(await response.text(), "UploadId")!);
  }

  async function putPart(
    name: string,
    { upload, n, bytes }: { upload: string; n: number; bytes: Uint8Array<ArrayBuffer> },
  ): Promise<string> {
    const query = `partNumber=${n}&uploadId=${encodeURIComponent(upload)}`;
    const response = await drained(await call("PUT", name, { query, body: bytes }));
    return response.headers.get("etag")!;
  }

  async function complete(
    name: string,
    { upload, etags }: { upload: string; etags: string[] },
  ): Promise<void> {
    const parts = etags.map((etag, i) =>
      `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag}</ETag></Part>`
    );
    const response = await call("POST", name, {
      query: `uploadId=${encodeURIComponent(upload)}`,
      body: `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`,
    });
    // A 200 response may start before the parts are joined, and then contain an error.
    const code = tagIn(await response.text(), "Code");
    if (code) {
      throw new S3Error(`The file storage did not join the parts of ${name}: ${code}.`, 200);
    }
  }

  async function abort(name: string, upload: string): Promise<void> {
    const query = `uploadId=${encodeURIComponent(upload)}`;
    await drained(await call("DELETE", name, { query, expected: [404] }));
  }

  return { begin, putPart, complete, abort };
}

/**
 * Stores a stream: a short one by one call of `put`, a longer one in parts of `partBytes`, of which
 * one is in memory. A failed upload is aborted.
 */
export async function putStream(
  { begin, putPart, complete, abort }: S3Multipart,
  name: string,
  { content, partBytes, put }: {
    content: ReadableStream<Uint8Array>;
    partBytes: number;
    put: (name: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  },
): Promise<void> {
  let upload: string | undefined;
  const etags: string[] = [];
  try {
    for await (const { bytes, isLast } of partsOf(content, partBytes)) {
      if (isLast && !upload) return await put(name, bytes);
      upload ??= await begin(name);
      etags.push(await putPart(name, { upload, n: etags.length + 1, bytes }));
    }
    await complete(name, { upload: upload!, etags });
  } catch (error) {
    if (upload) await abort(name, upload).catch(() => {});
    throw error;
  }
}
