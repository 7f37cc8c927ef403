/** Takes the rows of erased people out of an uploaded file. */
import { createHash } from "node:crypto";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { CsvError } from "../../functions/recommender/csv/csv_error.ts";
import { COMMON, type Dialect } from "../../functions/recommender/csv/dialect.ts";
import { isGzip } from "../../functions/recommender/csv/encoding.ts";
import type { InteractionMapping } from "../../functions/recommender/csv/mapping.ts";
import { readRecords } from "../../functions/recommender/csv/read_records.ts";
import type { CsvRecord } from "../../functions/recommender/csv/records.ts";
import { parseText } from "../../functions/recommender/csv/values.ts";
import { writeRecord } from "../../functions/recommender/csv/write_record.ts";
import type { ClaimedFile, CleanedFile } from "../queue/claim.ts";
import { MissingUploadError } from "./missing_upload_error.ts";
import { UnusableDataError } from "./receipt.ts";

/**
 * Reads an interaction file and, where it has rows of these users, writes it anew without them: as
 * UTF-8 with a header line, the columns, the delimiter and the packing as before. A line that
 * cannot be read as a row goes where it holds one of the ids anywhere. Memory is that of a few rows.
 * @param options.name the new blob's.
 * @throws {UnusableDataError} where the file is gone or cannot be read
 */
export async function eraseRows(
  file: ClaimedFile,
  { blobs, users, name }: { blobs: Blobs; users: readonly string[]; name: string },
): Promise<CleanedFile> {
  const head = await blobs.get(file.storage_path, { start: 0, end: 3 });
  const source = await blobs.get(file.storage_path);
  if (!head || !source) throw new MissingUploadError(file);
  const packed = isGzip(await new Response(head.stream).bytes());
  const { delimiter } = file.dialect;
  let dropped = 0;
  let bytes = 0;
  const hash = createHash("sha256");

  async function* lines(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const encoder = new TextEncoder();
    // What was stored before there were limits has people in it, too.
    const { columns, batches } = await readRecords(source!.stream, file.dialect, {
      limited: false,
    });
    yield encoder.encode(writeRecord(columns, delimiter));
    const isTheirs = rowOf(users, columns.indexOf((file.mapping as InteractionMapping).user_id));
    for await (const batch of batches()) {
      let kept = "";
      for (const record of batch) {
        if (isTheirs(record)) dropped++;
        else kept += writeRecord(record.cells, delimiter);
      }
      yield encoder.encode(kept);
    }
  }

  const text = ReadableStream.from(lines());
  const measured = (packed ? text.pipeThrough(new CompressionStream("gzip")) : text).pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        hash.update(chunk);
        bytes += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
  try {
    await blobs.put(name, measured);
  } catch (error) {
    if (error instanceof CsvError) throw new UnusableDataError(error.message);
    throw error;
  }
  if (dropped === 0) {
    await blobs.remove(name);
    return { id: file.id };
  }
  const dialect: Dialect = { ...COMMON, delimiter };
  const sha256 = hash.digest("hex");
  return { id: file.id, rewritten: { storage_path: name, bytes, sha256, dialect } };
}

/** Whether a record is one of these users', whose id stands in the column `at`. */
function rowOf(users: readonly string[], at: number): (record: CsvRecord) => boolean {
  const theirs = new Set(users);
  return ({ cells, fault }) =>
    fault
      ? users.some((user) => cells.some((cell) => cell.includes(user)))
      : theirs.has(parseText(cells[at] ?? ""));
}
