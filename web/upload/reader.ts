/** Client of the CSV worker, which reads files by the trainer's parser off the main thread. */
import type { GivenDialect } from "../../functions/recommender/files/dialect/choose_dialect.ts";
import type { FileDescription } from "../../functions/recommender/files/dialect/describe.ts";
import type { Dialect } from "../../functions/recommender/files/dialect.ts";
import type { Forecast } from "../../functions/recommender/files/rows/forecast.ts";
import type { FileKind, Mapping } from "../../functions/recommender/files/mapping.ts";
import type { ProposedMapping } from "../../functions/recommender/files/propose/propose_mapping.ts";
import { text } from "./import_words.ts";

/** Columns and first rows of a file, with a proposed mapping for either kind. */
export interface Head extends FileDescription {
  proposed: Proposed;
}

export type Proposed = Record<FileKind, ProposedMapping>;

/** A file with its dialect and mapping. */
export interface MappedFile {
  file: File;
  kind: FileKind;
  dialect: Dialect;
  mapping: Mapping;
}

/** Requests to the worker with their results. */
export interface Questions {
  /** Columns, first rows and dialect, from the first bytes. */
  head: { asked: { file: File; dialect?: Dialect; given?: GivenDialect }; given: Head };
  /** Mappings of two files, matched against each other. */
  together: { asked: Record<"content" | "interactions", Sampled>; given: Proposed };
  /** Forecast of a whole file's receipt; `content` has the known items. */
  forecast: { asked: MappedFile & { content?: MappedFile }; given: Forecast };
  /** Rejected rows as CSV. */
  rejects: { asked: MappedFile; given: Blob };
}

/** A file with the columns and rows of its head. */
export interface Sampled {
  file: File;
  dialect: Dialect;
  columns: string[];
  sampleRows: string[][];
}

export type Question = keyof Questions;

export type Request =
  | { [Q in Question]: { id: number; question: Q; asked: Questions[Q]["asked"] } }[Question]
  | { id: number; question: "stop" };

export type Reply =
  | { id: number; given: Questions[Question]["given"] }
  | { id: number; refused: string }
  /** Share of the file read, from 0 to 1. */
  | { id: number; share: number };

export interface AskOptions {
  signal?: AbortSignal;
  onProgress?: (share: number) => void;
}

let worker: Worker | undefined;
let count = 0;
const waiting = new Map<number, (reply: Reply) => void>();

/**
 * Sends a request to the worker.
 * @throws {Error} with a message for the page, if the file cannot be read; the signal's reason, if
 * aborted first
 */
export async function ask<Q extends Question>(
  question: Q,
  asked: Questions[Q]["asked"],
  { signal, onProgress }: AskOptions = {},
): Promise<Questions[Q]["given"]> {
  signal?.throwIfAborted();
  worker ??= startWorker();
  const id = count++;
  const given = Promise.withResolvers<Questions[Q]["given"]>();
  waiting.set(id, (reply) => {
    if ("share" in reply) return onProgress?.(reply.share);
    waiting.delete(id);
    if ("refused" in reply) given.reject(new Error(reply.refused));
    else given.resolve(reply.given as Questions[Q]["given"]);
  });
  signal?.addEventListener("abort", () => {
    if (!waiting.delete(id)) return;
    post({ id, question: "stop" });
    given.reject(signal.reason);
  });
  post({ id, question, asked } as Request);
  return await given.promise;
}

function post(request: Request): void {
  worker!.postMessage(request);
}

function startWorker(): Worker {
  const started = new Worker(new URL("./reader_worker.ts", import.meta.url), { type: "module" });
  started.onmessage = ({ data }: MessageEvent<Reply>) => waiting.get(data.id)?.(data);
  started.onerror = () => {
    // The next request starts a new worker.
    worker = undefined;
    for (const [id, answer] of waiting) answer({ id, refused: text.readerBroke });
  };
  return started;
}
