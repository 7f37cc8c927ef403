/** Worker of `reader.ts`. Streams files, so that memory stays bounded at any size. */
import { chooseDialect } from "../../functions/recommender/files/dialect/choose_dialect.ts";
import { describeFile } from "../../functions/recommender/files/dialect/describe.ts";
import { bytesOf, type FileBytes } from "../../functions/recommender/files/file_bytes.ts";
import {
  type Forecast,
  forecastContent,
  forecastInteractions,
  type KnownItems,
  rejectedRows,
} from "../../functions/recommender/files/rows/forecast.ts";
import { matchColumns } from "../../functions/recommender/files/rows/match.ts";
import { proposeMapping } from "../../functions/recommender/files/propose/propose_mapping.ts";
import { proposeTogether } from "../../functions/recommender/files/propose/propose_together.ts";
import type { Head, MappedFile, Questions, Reply, Request } from "./reader.ts";

/** Minimum time between two progress reports, in milliseconds. */
const REPORT_MS = 100;

const running = new Map<number, AbortController>();

addEventListener("message", async (event) => {
  const request = (event as MessageEvent<Request>).data;
  const { id } = request;
  if (request.question === "stop") return running.get(id)?.abort();
  const answer = (reply: Reply) => postMessage(reply);
  const abort = new AbortController();
  running.set(id, abort);
  let reportedAt = 0;
  const tell = (share: number) => {
    if (Date.now() - reportedAt < REPORT_MS) return;
    reportedAt = Date.now();
    answer({ id, share });
  };
  try {
    answer({ id, given: await give(request, { signal: abort.signal, tell }) });
  } catch (error) {
    answer({ id, refused: (error as Error).message });
  } finally {
    running.delete(id);
  }
});

interface Work {
  signal: AbortSignal;
  /** Reports the share of the work done. */
  tell: (share: number) => void;
}

async function give(request: Exclude<Request, { question: "stop" }>, work: Work) {
  switch (request.question) {
    case "head":
      return await headOf(request.asked);
    case "together":
      return await together(request.asked);
    case "forecast":
      return await forecastOf(request.asked, work);
    case "rejects":
      return await rejectsOf(request.asked, work);
  }
}

async function headOf({ file, dialect, given }: Questions["head"]["asked"]): Promise<Head> {
  const bytes = bytesOf(file);
  const chosen = dialect && given ? await chooseDialect(bytes, dialect, given) : dialect;
  const description = await describeFile(bytes, { dialect: chosen });
  const { columns, sampleRows } = description;
  return {
    ...description,
    proposed: {
      CONTENT: proposeMapping("CONTENT", columns, sampleRows),
      INTERACTION: proposeMapping("INTERACTION", columns, sampleRows),
    },
  };
}

async function together({ content, interactions }: Questions["together"]["asked"]) {
  const matches = await matchColumns(
    { bytes: bytesOf(content.file), dialect: content.dialect },
    { bytes: bytesOf(interactions.file), dialect: interactions.dialect },
  );
  return proposeTogether(content, interactions, matches);
}

/** Items of the last content file, cached for repeated checks of its interactions. */
let known: { key: string; items: Promise<KnownItems> } | undefined;

async function forecastOf(
  { content, ...file }: Questions["forecast"]["asked"],
  { signal, tell }: Work,
): Promise<Forecast> {
  if (file.kind === "CONTENT") return (await readItems(file, { signal, tell })).forecast;
  const items = content && await itemsOf(content, signal);
  return await forecastInteractions(mapped(file, { signal, tell }), items);
}

/** Reads the items again if the cached read was stopped. */
async function itemsOf(content: MappedFile, signal: AbortSignal): Promise<KnownItems> {
  const under = known?.key === keyOf(content) ? await known.items.catch(() => null) : null;
  return under ?? (await readItems(content, { signal, tell() {} })).items;
}

function readItems(file: MappedFile, work: Work) {
  const read = forecastContent(mapped(file, work));
  const items = read.then(({ items }) => items);
  items.catch(() => {});
  known = { key: keyOf(file), items };
  return read;
}

/** Returns the cache key: everything that determines a file's items. */
function keyOf({ file, dialect, mapping }: MappedFile): string {
  return JSON.stringify([file.name, file.size, file.lastModified, dialect, mapping]);
}

/** Collects the rows in blobs of 4 Mi characters, which the browser may keep on disk. */
async function rejectsOf(file: MappedFile, work: Work): Promise<Blob> {
  const type = "text/csv;charset=utf-8";
  let blob = new Blob([], { type });
  let pieces: string[] = [];
  let length = 0;
  for await (const piece of rejectedRows(mapped(file, work))) {
    pieces.push(piece);
    length += piece.length;
    if (length < 4 * 1024 * 1024) continue;
    blob = new Blob([blob, ...pieces], { type });
    pieces = [];
    length = 0;
  }
  return new Blob([blob, ...pieces], { type });
}

/** Returns the file with access to its bytes that reports progress. */
function mapped({ file, ...of }: MappedFile, { signal, tell }: Work) {
  const { size, open, slice } = bytesOf(file);
  let read = 0;
  const note = (length: number) => tell(Math.min(1, (read += length) / size));
  const counted = () =>
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        note(chunk.length);
        controller.enqueue(chunk);
      },
    });
  const bytes: FileBytes = {
    size,
    open: async () => (await open()).pipeThrough(counted()),
    async slice(start, end) {
      const part = await slice(start, end);
      note(part.length);
      return part;
    },
  };
  return { ...of, signal, bytes };
}
