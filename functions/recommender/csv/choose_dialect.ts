import type { Dialect } from "./dialect.ts";
import type { FileBytes } from "./file_bytes.ts";
import { firstRows } from "./first_rows.ts";
import { detectHeader } from "./header.ts";

/** What a person or a program says of a file; null takes back what was found. */
export type GivenDialect = { [Key in keyof Dialect]?: Dialect[Key] | null };

/** What other columns follow from, and so perhaps another header. */
const COLUMNS = ["encoding", "delimiter", "quote", "escape", "newline", "skip", "comment"] as const;
const ROWS = 100;

/**
 * A dialect with what is given of it; whether the first line then names the columns is found anew
 * where it is not given.
 * @throws {CsvError} where the file cannot be read so
 */
export async function chooseDialect(
  file: FileBytes,
  found: Dialect,
  given: GivenDialect,
): Promise<Dialect> {
  const isChanged = COLUMNS.some((key) => given[key] !== undefined && given[key] !== found[key]);
  const { filled: _filled, unpivot: _unpivot, ...kept } = found;
  const dialect = withoutNulls(isChanged ? { ...kept, ...given } : { ...found, ...given });
  if (!isChanged || given.header !== undefined) return dialect;
  const bare = { ...dialect, header: false, unpivot: undefined, filled: undefined };
  return { ...dialect, header: detectHeader(await firstRows(file, bare, ROWS)) };
}

function withoutNulls(given: GivenDialect): Dialect {
  const entries = Object.entries(given).filter(([, value]) =>
    value !== null && value !== undefined
  );
  return Object.fromEntries(entries) as unknown as Dialect;
}
