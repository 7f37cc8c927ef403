/**
 * The digest of a body that flows by. The boundary of a form is left out of it, for a client that
 * sends a form again draws another.
 */

/** SHA-256 over bytes that come one after the other, for which Web Crypto has no call. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** The digest in lower-case hex; the end. */
  hex(): string;
}

/** A body on its way, and its digest once it has come whole. */
export interface DigestedBody {
  stream: ReadableStream<Uint8Array>;
  /** Null until the stream was read to its end. */
  hex(): string | null;
}

/** Reads along. `type` is the body's content type. */
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

/** Hands on all bytes but those of a mark, however the mark is cut over the chunks. */
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
      // What may be the beginning of a mark waits for more.
      const sure = Math.max(0, bytes.length - mark.length + 1);
      take(bytes.subarray(0, sure));
      rest = bytes.slice(sure);
    },
    end: () => take(rest),
  };
}

/** Where a mark begins, or -1. */
function find(bytes: Uint8Array, mark: Uint8Array): number {
  for (let at = bytes.indexOf(mark[0]); at >= 0; at = bytes.indexOf(mark[0], at + 1)) {
    if (mark.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
