/**
 * A file on its way in parts: over a line that breaks it goes on where it stopped, by itself, as
 * soon as the line is back.
 */
import { config } from "./config.ts";
import { retried, type RetryOptions } from "./retried.ts";
import { ApiProblem } from "./problem.ts";
import { sendBody } from "./send_body.ts";
import { text } from "./text/upload.ts";

interface Upload {
  id: string;
  part_bytes: number;
  part_count: number;
  parts: { n: number; bytes: number; sha256: string }[];
}

export interface SendOptions extends RetryOptions {
  /** An upload that was begun before, perhaps by a page that is gone. */
  id?: string;
  /** Told the upload's id as soon as there is one. */
  onBegun?: (id: string) => void;
  /** Told the bytes that are there. */
  onSent?: (bytes: number) => void;
}

/**
 * Brings a file to the recommender; gives the upload's id for the form that takes it.
 * @throws {ApiProblem} what the service refused, `aborted` by the signal, `changed` where the file
 * is not the one any more that was chosen.
 */
export async function sendInParts(file: File, options: SendOptions): Promise<string> {
  const { onBegun, onSent } = options;
  const upload = await begun(file, options);
  onBegun?.(upload.id);
  const there = new Map(upload.parts.map((part) => [part.n, part]));
  let sent = 0;
  for (let n = 1; n <= upload.part_count; n++) {
    const start = (n - 1) * upload.part_bytes;
    const bytes = await read(file.slice(start, start + upload.part_bytes));
    const digest = await sha256Of(bytes);
    const part = there.get(n);
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
      // Another file under the same name: what came of the first is of no use.
      return await sendInParts(file, { ...options, id: undefined });
    }
    sent += bytes.byteLength;
    onSent?.(sent);
  }
  return upload.id;
}

/** Gives an upload up; what is left of it expires by itself. */
export async function giveUp(id: string): Promise<void> {
  await sendBody("DELETE", `${config().recommender}/uploads/${id}`, {}).catch(() => {});
}

/** The upload that there is, or a new one. */
async function begun(file: File, options: SendOptions): Promise<Upload> {
  const { id, signal } = options;
  const url = `${config().recommender}/uploads`;
  if (id !== undefined) {
    try {
      return await retried(() => sendBody("GET", `${url}/${id}`, { signal }), options) as Upload;
    } catch (error) {
      // Used, expired or given up.
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

/** Web Crypto is there on HTTPS and localhost; elsewhere the parts go unsigned. */
async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array | null> {
  if (!globalThis.crypto?.subtle) return null;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
