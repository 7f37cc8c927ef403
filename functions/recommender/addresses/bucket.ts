/** Data in a bucket, by the S3 protocol. */
import { BlobsAwayError } from "../blobs/blobs.ts";
import { drained, s3Client, S3Error, type S3Options, unbroken } from "../blobs/s3_client.ts";
import { storedObjects } from "../blobs/s3_listing.ts";
import { AddressError } from "./address_error.ts";
import { changedSentence, type DataPart, type DataStore } from "./data_store.ts";

/**
 * Opens a bucket. Only `options.endpoint` is contacted, whatever an address says. An object is read
 * under the condition that it still has the ETag that was listed.
 */
export function bucketData(options: S3Options): DataStore {
  const call = s3Client(options);

  /** Requests an object, or a range of it. */
  async function get({ path, tag }: DataPart, range?: string): Promise<Response> {
    const headers = { "if-match": tag, ...(range && { range }) };
    const response = await call("GET", path, { headers, expected: [404, 412] })
      .catch(refusedBy(options.bucket));
    if (response.ok) return response;
    await drained(response);
    throw new AddressError(changedSentence(path));
  }

  return {
    async *find({ fixed, isFolder }) {
      // Without the slash, the listing has the object of this name and those in the folder.
      const prefix = fixed + (isFolder && fixed !== "" ? "/" : "");
      try {
        for await (const { name, bytes, tag } of storedObjects(call, prefix)) {
          if (!name.endsWith("/")) yield { path: name, bytes, tag };
        }
      } catch (error) {
        refusedBy(options.bucket)(error);
      }
    },

    open: (part) => ({
      size: part.bytes,
      open: async () => {
        const { body } = await get(part);
        return body ? readable(unbroken(body), options.bucket) : new Blob([]).stream();
      },
      async slice(start, end) {
        const last = Math.min(end, part.bytes) - 1;
        if (last < start) return new Uint8Array();
        return await (await get(part, `bytes=${start}-${last}`)).bytes();
      },
    }),
  };
}

/** Returns a handler that turns errors of a bucket into sentences for the owner. */
function refusedBy(bucket: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof S3Error) {
      const reason = error.status === 404
        ? "does not exist"
        : error.status === 401 || error.status === 403
        ? "refuses the access key: it must be allowed to list the bucket and to read its objects"
        : `cannot be read: it responded with status ${error.status}`;
      throw new AddressError(`The bucket ${bucket} ${reason}.`, { cause: error });
    }
    if (error instanceof BlobsAwayError) {
      throw new AddressError(`The bucket ${bucket} does not respond.`, { cause: error });
    }
    throw error;
  };
}

type Bytes = Uint8Array<ArrayBuffer>;

function readable(body: ReadableStream<Bytes>, bucket: string): ReadableStream<Bytes> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read().catch(refusedBy(bucket));
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
