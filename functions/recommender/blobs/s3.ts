/** Blobs in an S3-compatible bucket: how a trainer reads what the Worker stored in R2. */
import { AwsClient } from "aws4fetch";
import {
  type BlobEntry,
  type Blobs,
  BlobsAwayError,
  BlobsFullError,
  checkBlobName,
} from "./blobs.ts";
import { PART_BYTES, partsOf } from "./parts.ts";

export interface S3Options {
  /** Base URL: "https://<account>.r2.cloudflarestorage.com". */
  endpoint: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** R2 has a single region, "auto". */
  region?: string;
  /** Size of the parts of a streamed upload, in bytes; one part is held in memory. */
  partBytes?: number;
}

/** An error response of the store. */
export class S3Error extends BlobsAwayError {
  override name = "S3Error";
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Retries after a response of 5xx or 429. */
const RETRIES = 4;
/** Number of concurrent deletions. */
const AT_ONCE = 8;

/** Opens a bucket as a blob store. */
export function s3Blobs(
  { endpoint, bucket, region = "auto", partBytes = PART_BYTES, ...keys }: S3Options,
): Blobs {
  const client = new AwsClient({ ...keys, region, service: "s3", retries: RETRIES });
  const base = `${endpoint.replace(/\/+$/, "")}/${bucket}`;

  /** @throws {S3Error} for any status but 2xx and those in `expected`. */
  async function call(
    method: string,
    name: string,
    { query = "", body, headers, expected = [] }: {
      query?: string;
      body?: string | Uint8Array<ArrayBuffer>;
      headers?: Record<string, string>;
      expected?: number[];
    } = {},
  ): Promise<Response> {
    const path = name.split("/").map(encodeURIComponent).join("/");
    const url = `${base}${name && "/"}${path}${query && "?"}${query}`;
    const response = await client.fetch(url, { method, body, headers, redirect: "manual" })
      .catch((cause) => {
        throw new BlobsAwayError("The file storage cannot be reached.", { cause });
      });
    if (response.ok || expected.includes(response.status)) return response;
    const code = tagIn(await response.text(), "Code") ?? "";
    if (response.status === 507 || /Full$|Quota/.test(code)) {
      throw new BlobsFullError(`There is no space left to store ${name}.`);
    }
    throw new S3Error(
      `The file storage refused ${method} ${name || bucket}: ${response.status} ${code}`.trim() +
        ".",
      response.status,
    );
  }

  async function put(name: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
    await drained(await call("PUT", name, { body }));
  }

  async function putStream(name: string, content: ReadableStream<Uint8Array>): Promise<void> {
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

  async function sizeOf(name: string): Promise<number | null> {
    const response = await drained(await call("HEAD", name, { expected: [404] }));
    return response.status === 404 ? null : Number(response.headers.get("content-length"));
  }

  /** Lists complete blobs, in ascending order. */
  async function* objects(prefix: string): AsyncGenerator<BlobEntry> {
    let last: string | undefined;
    for (;;) {
      const query = new URLSearchParams({ "list-type": "2", prefix });
      if (last !== undefined) query.set("start-after", last);
      const text = await (await call("GET", "", { query: query.toString() })).text();
      for (const [, object] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        // Blob names contain no characters that XML escapes.
        last = tagIn(object, "Key")!;
        const modifiedAt = new Date(tagIn(object, "LastModified")!);
        yield { name: last, bytes: Number(tagIn(object, "Size")), modifiedAt };
      }
      if (tagIn(text, "IsTruncated") !== "true") return;
    }
  }

  async function list(prefix: string): Promise<string[]> {
    return await Array.fromAsync(objects(prefix), ({ name }) => name);
  }

  /** Lists uploads neither completed nor aborted; empty if the store cannot list them. */
  async function* unfinished(prefix: string): AsyncGenerator<BlobEntry> {
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

  async function removeOne(name: string): Promise<void> {
    await drained(await call("DELETE", name, { expected: [404] }));
  }

  return {
    async put(name, content) {
      checkBlobName(name);
      if (content instanceof Uint8Array) await put(name, content as Uint8Array<ArrayBuffer>);
      else await putStream(name, content);
    },

    async get(name, range) {
      checkBlobName(name);
      const empty = (bytes: number) => ({ bytes, stream: new Blob([]).stream() });
      if (range?.end !== undefined && range.end <= range.start) {
        const bytes = await sizeOf(name);
        return bytes === null ? null : empty(bytes);
      }
      const headers = range && {
        range: `bytes=${range.start}-${range.end === undefined ? "" : range.end - 1}`,
      };
      const response = await call("GET", name, { headers, expected: [404, 416] });
      if (response.status === 404) {
        await drained(response);
        return null;
      }
      if (response.status === 416) {
        await drained(response);
        const bytes = await sizeOf(name);
        return bytes === null ? null : empty(bytes);
      }
      const whole = response.headers.get("content-range")?.split("/")[1];
      return {
        bytes: Number(whole ?? response.headers.get("content-length")),
        stream: response.body ? unbroken(response.body) : new Blob([]).stream(),
      };
    },

    list,

    async *entries(prefix) {
      yield* objects(prefix);
      yield* unfinished(prefix);
    },

    async remove(name) {
      if (!name.endsWith("/")) {
        checkBlobName(name);
        return await removeOne(name);
      }
      checkBlobName(name.slice(0, -1));
      const names = await list(name);
      for (let at = 0; at < names.length; at += AT_ONCE) {
        await Promise.all(names.slice(at, at + AT_ONCE).map(removeOne));
      }
    },

    async read(name) {
      checkBlobName(name);
      const response = await call("GET", name, { expected: [404] });
      if (response.status === 404) {
        await drained(response);
        return null;
      }
      return { bytes: await response.bytes(), tag: response.headers.get("etag")! };
    },

    async swap(name, content, tag) {
      checkBlobName(name);
      const headers: Record<string, string> = tag === null
        ? { "if-none-match": "*" }
        : { "if-match": tag };
      // 404: the blob was deleted. 409: another conditional write is in progress.
      const expected = [404, 409, 412];
      return (await drained(await call("PUT", name, { body: content, headers, expected }))).ok;
    },

    async isEmpty() {
      const query = new URLSearchParams({ "list-type": "2", "max-keys": "1" }).toString();
      return !(await (await call("GET", "", { query })).text()).includes("<Key>");
    },

    parts: {
      async begin(name) {
        checkBlobName(name);
        return { name, handle: await begin(name) };
      },
      put: ({ name, handle }, { n, bytes }) => putPart(name, { upload: handle, n, bytes }),
      join: ({ name, handle }, etags) => complete(name, { upload: handle, etags }),
      abandon: ({ name, handle }) => abort(name, handle),
    },
  };
}

/** Maps an error while reading a body to BlobsAwayError. */
function unbroken(body: ReadableStream<Bytes>): ReadableStream<Bytes> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read().catch((cause) => {
        throw new BlobsAwayError("The file storage stopped responding.", { cause });
      });
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Returns the text of the first element of this name, or null. */
function tagIn(xml: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'").replaceAll("&apos;", "'").replaceAll("&amp;", "&");
}

/** Discards the body of a response, so its connection can be reused. */
async function drained(response: Response): Promise<Response> {
  await response.body?.cancel();
  return response;
}
