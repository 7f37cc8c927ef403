/**
 * Digest of a streamed request body. Multipart boundaries are excluded from the digest, because a
 * client that sends a form again chooses a new boundary.
 */

/** Incremental SHA-256, which Web Crypto does not offer. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** Finishes and returns the digest in lower-case hex. */
  hex(): string;
}

/** A body and the digest of the bytes read from it. */
export interface DigestedBody {
  stream: ReadableStream<Uint8Array>;
  /** Returns the digest, or null until the stream has been read to its end. */
  hex(): string | null;
}

/** Passes a body through and digests it. `type` is the body's content type. */
export function digested(
  body: ReadableStream<Uint8Array>,
  { type, sha256 }: { type: string; sha256: RunningDigest },
): DigestedBody {
  const boundary = /^multipart\/[^;]*;.*\bboundary="?([^";]+)"?/i.exec(type)?.[1] ?? "";
  const take = (bytes: Uint8Array) => sha256.update(bytes);
  const text = leavingOut(new TextEncoder().encode(boundary), take);
  let hex: string | null = null;
  const stream = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        text.push(chunk);
        controller.enqueue(chunk);
      },
      flush() {
        text.end();
        hex = sha256.hex();
      },
    }),
  );
  return { stream, hex: () => hex };
}

/** Passes on all bytes except occurrences of `mark`, also when chunks split an occurrence. */
function leavingOut(mark: Uint8Array, take: (bytes: Uint8Array) => void) {
  if (mark.length === 0) return { push: take, end() {} };
  let rest: Uint8Array = new Uint8Array();
  return {
    push(chunk: Uint8Array) {
      let bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
      for (let at = find(bytes, mark); at >= 0; at = find(bytes, mark)) {
        take(bytes.subarray(0, at));
        bytes = bytes.subarray(at + mark.length);
      }
      // The last bytes could begin an occurrence: hold them back.
      const sure = Math.max(0, bytes.length - mark.length + 1);
      take(bytes.subarray(0, sure));
      rest = bytes.slice(sure);
    },
    end: () => take(rest),
  };
}

/** Returns the index of the first occurrence of `mark`, or -1. */
function find(bytes: Uint8Array, mark: Uint8Array): number {
  for (let at = bytes.indexOf(mark[0]); at >= 0; at = bytes.indexOf(mark[0], at + 1)) {
    if (mark.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
