/** What a file's first bytes say of it, found off the page's thread. */
import type { CsvDescription } from "../../functions/recommender/csv/describe.ts";
import type { Dialect } from "../../functions/recommender/csv/dialect.ts";
import type { FileKind } from "../../functions/recommender/csv/mapping.ts";
import type { ProposedMapping } from "../../functions/recommender/csv/propose.ts";

/** A file's columns and first rows, with a mapping to start from for either kind of file. */
export interface Head extends CsvDescription {
  proposed: Record<FileKind, ProposedMapping>;
}

export interface HeadRequest {
  id: number;
  file: File;
  dialect?: Dialect;
}

export type HeadReply = { id: number; head: Head } | { id: number; refused: string };

let worker: Worker | undefined;
let asked = 0;
const waiting = new Map<number, (reply: HeadReply) => void>();

/**
 * Reads the head of a file.
 * @param dialect how to read it, where somebody knows better than what would be found.
 * @throws {Error} with a sentence where the file is no CSV.
 */
export async function readHead(file: File, dialect?: Dialect): Promise<Head> {
  worker ??= startWorker();
  const request: HeadRequest = { id: asked++, file, dialect };
  const reply = await new Promise<HeadReply>((resolve) => {
    waiting.set(request.id, resolve);
    worker!.postMessage(request);
  });
  if ("refused" in reply) throw new Error(reply.refused);
  return reply.head;
}

function startWorker(): Worker {
  const started = new Worker(new URL("./head_worker.ts", import.meta.url), { type: "module" });
  started.onmessage = ({ data }: MessageEvent<HeadReply>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  started.onerror = () => {
    for (const [id, answer] of waiting) {
      answer({ id, refused: "The file could not be read here; please reload the page." });
    }
    waiting.clear();
  };
  return started;
}
