/**
 * Streaming parser of `multipart/form-data` (RFC 7578): files of any size are streamed with
 * back-pressure from their reader to the network; only text fields are buffered.
 */
import { Busboy, type BusboyFileStream } from "@fastify/busboy";
import { Problem } from "../../http/problem.ts";

/** A file of a form, as it is received. */
export interface FilePart {
  /** Name of the form field. */
  name: string;
  fileName: string;
  /** Fails if the body is cut off, refused or over its limit. */
  content: ReadableStream<Uint8Array>;
}

export interface MultipartOptions {
  /** Maximum size of the body, in bytes. */
  limitBytes: number;
  onField(name: string, value: string): void;
  /** Reads `content`; what is left unread is skipped. */
  onFile(part: FilePart): Promise<void>;
}

const FIELD_BYTES = 64 * 1024;
const MOST_FIELDS = 32;
const MOST_FILES = 8;

/**
 * Reads a form to its end. The first failure, of the network, the form or a callback, stops
 * everything: open files fail with the same error, which is thrown when all callbacks have settled.
 * @throws {Problem} 415 if the body is not a form, 400 if it is malformed or cut off, 413 at the
 * first chunk over the limit.
 */
export async function readMultipart(request: Request, options: MultipartOptions): Promise<void> {
  const { limitBytes } = options;
  if (Number(request.headers.get("content-length")) > limitBytes) throw tooLarge(limitBytes);
  const busboy = parserOf(request);
  const body = request.body?.getReader();
  if (!body) throw malformed("it is empty");
  const form = new Form(busboy, options);
  try {
    let bytes = 0;
    for (;;) {
      const { done, value } = await body.read().catch(() => {
        throw malformed("it is incomplete");
      });
      if (done) break;
      bytes += value.length;
      if (bytes > limitBytes) throw tooLarge(limitBytes);
      await form.write(value);
    }
    await form.end();
  } catch (error) {
    await form.fail(error);
    // Not awaited: a client that keeps sending must not delay the response.
    body.cancel().catch(() => {});
    throw error;
  }
}

/** A form being read: connects the parser's events with the promises of the file readers. */
class Form {
  #busboy;
  #files: Promise<void>[] = [];
  #open = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #failure: { error: unknown } | undefined;
  /** Rejects the promise that the body reader currently awaits. */
  #reject: (error: unknown) => void = () => {};

  constructor(busboy: InstanceType<typeof Busboy>, { onField, onFile }: MultipartOptions) {
    this.#busboy = busboy;
    busboy.on("error", (error) => this.#stop(malformed(wordsOf(error))));
    busboy.on("field", (name, value, _nameTruncated, truncated) => {
      if (name === undefined || this.#failure) return;
      try {
        if (truncated) throw fieldTooLong(name);
        onField(name, value);
      } catch (error) {
        this.#stop(error);
      }
    });
    busboy.on("file", (name, file, fileName) => {
      // Synchronously: an error event without a listener would end the process.
      file.on("error", (error?: unknown) => this.#stop(malformed(wordsOf(error))));
      if (name === undefined || this.#failure) return file.resume();
      const content = this.#contentOf(file);
      this.#files.push(
        onFile({ name, fileName: fileName ?? "", content }).catch((error) => this.#stop(error)),
      );
    });
    for (const event of ["fieldsLimit", "filesLimit", "partsLimit"] as const) {
      busboy.on(event, () => this.#stop(malformed("it has too many fields")));
    }
  }

  /** Resolves when both the parser and the reader of the current file accept more. */
  write(chunk: Uint8Array): Promise<void> {
    return this.#waiting((resolve, reject) => {
      this.#busboy.write(chunk, (error) => error ? reject(error) : resolve());
    });
  }

  /** Resolves when the form is complete and all files have been read. */
  async end(): Promise<void> {
    await this.#waiting((resolve) => {
      this.#busboy.on("finish", () => resolve());
      this.#busboy.end();
    });
    await Promise.all(this.#files);
    if (this.#failure) throw this.#failure.error;
  }

  /** Fails all open files; resolves when their readers have settled. */
  async fail(error: unknown): Promise<void> {
    this.#stop(error);
    await Promise.all(this.#files);
    this.#busboy.destroy();
  }

  #waiting(
    start: (resolve: () => void, reject: (error: unknown) => void) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      if (this.#failure) return reject(this.#failure.error);
      start(() => this.#failure ? reject(this.#failure.error) : resolve(), reject);
    });
  }

  #stop(error: unknown): void {
    if (this.#failure) return;
    this.#failure = { error };
    for (const controller of this.#open) controller.error(error);
    this.#open.clear();
    this.#reject(error);
  }

  #contentOf(file: BusboyFileStream): ReadableStream<Uint8Array> {
    const open = this.#open;
    let controller: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream({
      start(its) {
        controller = its;
        open.add(controller);
        file.on("data", (chunk: Uint8Array) => {
          if (!open.has(controller)) return;
          controller.enqueue(chunk);
          if (controller.desiredSize! <= 0) file.pause();
        });
        file.on("end", () => {
          if (open.delete(controller)) controller.close();
        });
        file.pause();
      },
      pull: () => {
        file.resume();
      },
      // Skip the rest of the file; if the reader stopped because of an error, its promise rejects.
      cancel() {
        open.delete(controller);
        file.resume();
      },
    });
  }
}

function parserOf(request: Request) {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType)) {
    throw new Problem(
      "unsupported_media_type",
      `This takes a form as multipart/form-data; the content type is ${
        contentType ? JSON.stringify(contentType.slice(0, 100)) : "missing"
      }.`,
    );
  }
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      limits: { fieldSize: FIELD_BYTES, fields: MOST_FIELDS, files: MOST_FILES },
    });
  } catch {
    throw malformed("its content type has no boundary");
  }
}

function malformed(why: string): Problem {
  return new Problem("malformed_request", `The multipart body cannot be read: ${why}.`);
}

/** Returns the problem of a body over the limit. */
export function tooLarge(limitBytes: number): Problem {
  return new Problem(
    "too_large",
    `An upload can have at most ${limitBytes} bytes, and this one has more. Nothing was stored.`,
  );
}

function fieldTooLong(name: string): Problem {
  const detail = `must be at most ${FIELD_BYTES} bytes of text`;
  return new Problem("invalid_input", `${name} ${detail}.`, {
    errors: [{ pointer: `/${name}`, detail }],
  });
}

/** Returns the parser's message; after `destroy` there may be none. */
function wordsOf(error: unknown): string {
  return error instanceof Error && error.message
    ? error.message[0].toLowerCase() + error.message.slice(1)
    : "it is incomplete";
}
