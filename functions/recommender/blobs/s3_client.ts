/** HTTP client of an S3-compatible bucket: signed calls, errors and response bodies. */
import { AwsClient } from "aws4fetch";
import { BlobsAwayError, BlobsFullError } from "./blobs.ts";

export interface S3Options {
  /** Base URL: "https://<account>.r2.cloudflarestorage.com". */
  endpoint: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** R2 has a single region, "auto". */
  region?: string;
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

/** Sends a signed request to an object, or to the bucket if `name` is empty. */
export type S3Call = (
  method: string,
  name: string,
  options?: {
    query?: string;
    body?: string | Uint8Array<ArrayBuffer>;
    headers?: Record<string, string>;
    /** Statuses of errors that are returned, not thrown. */
    expected?: number[];
  },
) => Promise<Response>;

/**
 * Returns a function that calls a bucket. It throws S3Error for any status but 2xx and those
 * expected, BlobsFullError if the store has no space, BlobsAwayError if it cannot be reached.
 */
export function s3Client(
  { endpoint, bucket, region = "auto", accessKeyId, secretAccessKey }: S3Options,
): S3Call {
  const keys = { accessKeyId, secretAccessKey };
  const client = new AwsClient({ ...keys, region, service: "s3", retries: RETRIES });
  const base = `${endpoint.replace(/\/+$/, "")}/${bucket}`;

  return async (method, name, { query = "", body, headers, expected = [] } = {}) => {
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
  };
}

/** Maps an error while reading a body to BlobsAwayError. */
export function unbroken(body: ReadableStream<Bytes>): ReadableStream<Bytes> {
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
export function tagIn(xml: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
}

/** Returns a text of XML without its entities. */
export function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'").replaceAll("&apos;", "'").replaceAll("&amp;", "&");
}

/** Discards the body of a response, so its connection can be reused. */
export async function drained(response: Response): Promise<Response> {
  await response.body?.cancel();
  return response;
}
