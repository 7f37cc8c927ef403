/** Blobs in an S3-compatible bucket, by which a trainer reads the files stored in R2. */
import { type Blobs, checkBlobName } from "./blobs.ts";
import { PART_BYTES } from "./parts.ts";
import { drained, s3Client, type S3Options, unbroken } from "./s3_client.ts";
import { storedObjects, unfinishedUploads } from "./s3_listing.ts";
import { putStream, s3Multipart } from "./s3_multipart.ts";

/** Number of concurrent deletions. */
const AT_ONCE = 8;

/**
 * Opens a bucket as a blob store.
 * @param options.partBytes size of the parts of a streamed upload; one part is held in memory.
 */
export function s3Blobs(
  { partBytes = PART_BYTES, ...options }: S3Options & { partBytes?: number },
): Blobs {
  const call = s3Client(options);
  const multipart = s3Multipart(call);

  async function put(name: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
    await drained(await call("PUT", name, { body }));
  }

  async function sizeOf(name: string): Promise<number | null> {
    const response = await drained(await call("HEAD", name, { expected: [404] }));
    return response.status === 404 ? null : Number(response.headers.get("content-length"));
  }

  async function list(prefix: string): Promise<string[]> {
    return await Array.fromAsync(storedObjects(call, prefix), ({ name }) => name);
  }

  async function removeOne(name: string): Promise<void> {
    await drained(await call("DELETE", name, { expected: [404] }));
  }

  return {
    async put(name, content) {
      checkBlobName(name);
      if (content instanceof Uint8Array) await put(name, content as Uint8Array<ArrayBuffer>);
      else await putStream(multipart, name, { content, partBytes, put });
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
      for await (const { tag: _, ...entry } of storedObjects(call, prefix)) yield entry;
      yield* unfinishedUploads(call, prefix);
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
        return { name, handle: await multipart.begin(name) };
      },
      put: ({ name, handle }, { n, bytes }) =>
        multipart.putPart(name, { upload: handle, n, bytes }),
      join: ({ name, handle }, etags) => multipart.complete(name, { upload: handle, etags }),
      abandon: ({ name, handle }) => multipart.abort(name, handle),
    },
  };
}
