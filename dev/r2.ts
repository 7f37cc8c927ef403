/** R2 bucket for tests, by its binding and by the S3 protocol. */
import { Miniflare } from "miniflare";
import type { R2Bucket } from "../functions/recommender/blobs/r2.ts";
import type { S3Options } from "../functions/recommender/blobs/s3_client.ts";

export interface TestBucket extends AsyncDisposable {
  bucket: R2Bucket;
  /** The same bucket by S3. */
  s3: S3Options;
}

/** Starts an empty in-memory bucket. */
export async function testBucket(): Promise<TestBucket> {
  const keys = { accessKeyId: "test", secretAccessKey: "a key for tests" };
  const miniflare = new Miniflare({
    modules: true,
    script: "export default { fetch: () => new Response() };",
    r2Buckets: { BLOBS: { id: "blobs", s3Credentials: keys } },
  });
  const url = await miniflare.ready;
  return {
    bucket: await miniflare.getR2Bucket("BLOBS") as unknown as R2Bucket,
    s3: { ...keys, endpoint: new URL("/cdn-cgi/local/r2/s3", url).href, bucket: "blobs" },
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  };
}
