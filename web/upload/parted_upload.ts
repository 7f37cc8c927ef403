/**
 * Resumable upload of a file in parts. After a broken connection it resumes at the first missing
 * part.
 */
import { config } from "../api/config.ts";
import { retried, type RetryOptions } from "./retried.ts";
import { ApiProblem } from "../api/problem.ts";
import { sendBody } from "./send_body.ts";
import { text } from "./upload_words.ts";

interface Upload {
  id: string;
  part_bytes: number;
  part_count: number;
  parts: { n: number; bytes: number; sha256: string }[];
}

export interface SendOptions extends RetryOptions {
  /** Id of an upload to resume, possibly of an earlier page. */
  id?: string;
  /** Called with the upload's id once it exists. */
  onBegun?: (id: string) => void;
  /** Called with the number of bytes stored. */
  onSent?: (bytes: number) => void;
}

/**
 * Uploads a file to the recommender; returns the upload's id.
 * @throws {ApiProblem} of the service, `aborted` by the signal, or `changed` if the file was
 * modified since it was chosen
 */
export async function sendInParts(file: File, options: SendOptions): Promise<string> {
  const { onBegun, onSent } = options;
  const upload = await begun(file, options);
  onBegun?.(upload.id);
  const received = new Map(upload.parts.map((part) => [part.n, part]));
  let sent = 0;
  for (let n = 1; n <= upload.part_count; n++) {
    const start = (n - 1) * upload.part_bytes;
    const bytes = await read(file.slice(start, start + upload.part_bytes));
    const digest = await sha256Of(bytes);
    const part = received.get(n);
    if (!part) {
      await retried(() =>
        sendBody("PUT", `${config().recommender}/uploads/${upload.id}/${n}`, {
          body: bytes,
          headers: {
            "content-type": "application/octet-stream",
            ...(digest && { "content-digest": `sha-256=:${digest.toBase64()}:` }),
          },
          signal: options.signal,
          onProgress: (loaded) => onSent?.(sent + loaded),
        }), options);
    } else if (digest && digest.toHex() !== part.sha256) {
      // Different content: the stored parts are useless.
      return await sendInParts(file, { ...options, id: undefined });
    }
    sent += bytes.byteLength;
    onSent?.(sent);
  }
  return upload.id;
}

/** Deletes an upload, best effort: an abandoned one expires. */
export async function giveUp(id: string): Promise<void> {
  await sendBody("DELETE", `${config().recommender}/uploads/${id}`, {}).catch(() => {});
}

/** Returns the existing upload or creates one. */
async function begun(file: File, options: SendOptions): Promise<Upload> {
  const { id, signal } = options;
  const url = `${config().recommender}/uploads`;
  if (id !== undefined) {
    try {
      return await retried(() => sendBody("GET", `${url}/${id}`, { signal }), options) as Upload;
    } catch (error) {
      // The upload was used, expired or deleted.
      if ((error as ApiProblem).status !== 404) throw error;
    }
  }
  const key = crypto.randomUUID();
  return await retried(() =>
    sendBody("POST", url, {
      body: JSON.stringify({ file_name: file.name, bytes: file.size }),
      headers: { "content-type": "application/json", "idempotency-key": key },
      signal,
    }), options) as Upload;
}

async function read(part: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch {
    throw new ApiProblem(0, { code: "changed", detail: text.changed });
  }
}

/**
 * Returns null without Web Crypto, which needs HTTPS or localhost; the parts are then sent without
 * a digest.
 */
async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array | null> {
  if (!globalThis.crypto?.subtle) return null;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
