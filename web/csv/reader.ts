/** Files read off the page's thread, by the trainer's own reader: what the page asks, and hears. */
import type { CsvDescription } from "../../functions/recommender/csv/describe.ts";
import type { Dialect } from "../../functions/recommender/csv/dialect.ts";
import type { Forecast } from "../../functions/recommender/csv/forecast.ts";
import type { FileKind, Mapping } from "../../functions/recommender/csv/mapping.ts";
import type { ProposedMapping } from "../../functions/recommender/csv/propose/propose_mapping.ts";
import { text } from "../text/import.ts";

/** A file's columns and first rows, with a mapping to start from for either kind of file. */
export interface Head extends CsvDescription {
  proposed: Proposed;
}

export type Proposed = Record<FileKind, ProposedMapping>;

/** A file and what its columns mean. */
export interface MappedFile {
  file: File;
  kind: FileKind;
  dialect: Dialect;
  mapping: Mapping;
}

/** What the worker can be asked, and what each question gives. */
export interface Questions {
  /** The columns, the first rows and how the file is read, by its first bytes. */
  head: { asked: { file: File; dialect?: Dialect }; given: Head };
  /** The mappings of two files, by what each says of the other. */
  together: { asked: Record<"content" | "interactions", Sampled>; given: Proposed };
  /** What the receipt of a whole file will say; `content` is where its items are looked up. */
  forecast: { asked: MappedFile & { content?: MappedFile }; given: Forecast };
  /** The rows that do not count, as a CSV. */
  rejects: { asked: MappedFile; given: Blob };
}

/** A file with what is known of it by its head. */
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
  /** The share of the file that is read, from 0 to 1. */
  | { id: number; share: number };

export interface AskOptions {
  signal?: AbortSignal;
  onProgress?: (share: number) => void;
}

let worker: Worker | undefined;
let count = 0;
const waiting = new Map<number, (reply: Reply) => void>();

/**
 * Asks the worker.
 * @throws {Error} with a sentence where the file cannot be read, the signal's reason where it came first.
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
    // The next question starts another one.
    worker = undefined;
    for (const [id, answer] of waiting) answer({ id, refused: text.readerBroke });
  };
  return started;
}
