/** Blobs in an R2 bucket bound to the Worker. */
import { type Blob as OpenBlob, type Blobs, checkBlobName, type Range } from "./blobs.ts";
import { partsOf } from "./parts.ts";

/** The part of the R2 binding that is used. */
export interface R2Bucket {
  head(key: string): Promise<{ size: number } | null>;
  get(
    key: string,
    options?: { range?: R2Range },
  ): Promise<{ size: number; etag: string; body: ReadableStream } | null>;
  /** Returns null if `onlyIf` does not hold. */
  put(key: string, value: Uint8Array, options?: { onlyIf: R2Condition }): Promise<unknown>;
  createMultipartUpload(key: string): Promise<MultipartUpload>;
  resumeMultipartUpload(key: string, uploadId: string): MultipartUpload;
  delete(keys: string | string[]): Promise<void>;
  list(options: { prefix: string; cursor?: string; limit?: number }): Promise<
    & { objects: { key: string; size: number; uploaded: Date }[] }
    & ({ truncated: false } | { truncated: true; cursor: string })
  >;
}

interface R2Range {
  offset: number;
  length?: number;
}

type R2Condition = { etagMatches: string } | { etagDoesNotMatch: string };

interface MultipartUpload {
  uploadId: string;
  uploadPart(partNumber: number, value: Uint8Array): Promise<UploadedPart>;
  complete(parts: UploadedPart[]): Promise<unknown>;
  abort(): Promise<void>;
}

interface UploadedPart {
  partNumber: number;
  etag: string;
}

/** Maximum number of keys in one delete call. */
const AT_ONCE = 1000;

/** Opens a bucket as a blob store. Streams are buffered one part at a time. */
export function r2Blobs(bucket: R2Bucket): Blobs {
  return {
    async put(name, content) {
      checkBlobName(name);
      if (content instanceof Uint8Array) await bucket.put(name, content);
      else await putStream(bucket, name, content);
    },

    async get(name, range) {
      checkBlobName(name);
      if (!range) return opened(await bucket.get(name));
      try {
        return opened(await bucket.get(name, { range: rangeOf(range) }));
      } catch (error) {
        // A range without bytes is refused, with a different error if the blob is empty.
        const head = await bucket.head(name);
        if (head && hasBytes(range, head.size)) throw error;
        return head && { bytes: head.size, stream: new Blob([]).stream() };
      }
    },

    list: (prefix) => namesOf(bucket, prefix),

    // A binding cannot list unfinished uploads. R2 aborts them after seven days.
    async *entries(prefix) {
      for await (const { key, size, uploaded } of objectsOf(bucket, prefix)) {
        yield { name: key, bytes: size, modifiedAt: uploaded };
      }
    },

    async remove(name) {
      if (!name.endsWith("/")) {
        checkBlobName(name);
        return await bucket.delete(name);
      }
      checkBlobName(name.slice(0, -1));
      const names = await namesOf(bucket, name);
      for (let at = 0; at < names.length; at += AT_ONCE) {
        await bucket.delete(names.slice(at, at + AT_ONCE));
      }
    },

    async read(name) {
      checkBlobName(name);
      const found = await bucket.get(name);
      return found && { bytes: await new Response(found.body).bytes(), tag: found.etag };
    },

    async swap(name, content, tag) {
      checkBlobName(name);
      const onlyIf = tag === null ? { etagDoesNotMatch: "*" } : { etagMatches: tag };
      return await bucket.put(name, content, { onlyIf }) !== null;
    },

    isEmpty: async () => (await bucket.list({ prefix: "", limit: 1 })).objects.length === 0,

    parts: {
      async begin(name) {
        checkBlobName(name);
        return { name, handle: (await bucket.createMultipartUpload(name)).uploadId };
      },
      async put({ name, handle }, { n, bytes }) {
        return (await bucket.resumeMultipartUpload(name, handle).uploadPart(n, bytes)).etag;
      },
      async join({ name, handle }, tags) {
        const parts = tags.map((etag, i) => ({ partNumber: i + 1, etag }));
        await bucket.resumeMultipartUpload(name, handle).complete(parts);
      },
      async abandon({ name, handle }) {
        await bucket.resumeMultipartUpload(name, handle).abort().catch((error) => {
          // R2's NoSuchUpload: it was joined, abandoned, or expired after a week.
          if (!/\(10024\)|does not exist/.test(String(error))) throw error;
        });
      },
    },
  };
}

function opened(found: Awaited<ReturnType<R2Bucket["get"]>>): OpenBlob | null {
  return found && { bytes: found.size, stream: found.body };
}

/** R2 truncates a range past the end by itself. */
function rangeOf({ start, end }: Range): R2Range {
  return { offset: start, ...(end !== undefined && { length: end - start }) };
}

/** Whether a range contains a byte of a blob of `size` bytes. */
function hasBytes({ start, end = Infinity }: Range, size: number): boolean {
  return start < Math.min(end, size);
}

/** R2 requires streams of known length, so content larger than one part is a multipart upload. */
async function putStream(
  bucket: R2Bucket,
  name: string,
  content: ReadableStream<Uint8Array>,
): Promise<void> {
  let upload: MultipartUpload | undefined;
  const uploaded: UploadedPart[] = [];
  try {
    for await (const { bytes, isLast } of partsOf(content)) {
      if (isLast && !upload) return void await bucket.put(name, bytes);
      upload ??= await bucket.createMultipartUpload(name);
      uploaded.push(await upload.uploadPart(uploaded.length + 1, bytes));
    }
    await upload!.complete(uploaded);
  } catch (error) {
    // R2 aborts unfinished uploads after a week.
    await upload?.abort().catch(() => {});
    throw error;
  }
}

async function namesOf(bucket: R2Bucket, prefix: string): Promise<string[]> {
  return await Array.fromAsync(objectsOf(bucket, prefix), ({ key }) => key);
}

/** Lists all objects whose key starts with `prefix`, in ascending order. */
async function* objectsOf(bucket: R2Bucket, prefix: string) {
  let cursor: string | undefined;
  for (;;) {
    const page = await bucket.list({ prefix, ...(cursor && { cursor }) });
    yield* page.objects;
    if (!page.truncated) return;
    cursor = page.cursor;
  }
}
