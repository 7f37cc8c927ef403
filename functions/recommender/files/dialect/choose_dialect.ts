import type { Dialect } from "../dialect.ts";
import type { FileBytes } from "../file_bytes.ts";
import { firstRows } from "./first_rows.ts";
import { detectHeader } from "../formats/header.ts";
import type { FileKind } from "../mapping.ts";

/** Dialect options set by a person or program; null removes a detected one. */
export type GivenDialect = { [Key in keyof Dialect]?: Dialect[Key] | null };

/** Options that change the columns, and so possibly the header. */
const COLUMNS = ["encoding", "delimiter", "quote", "escape", "newline", "skip", "comment"] as const;
const ROWS = 100;

/**
 * Returns the detected dialect with the given options. If they change the columns, whether there is
 * a header is detected again unless it is given.
 * @throws {CsvError} if the file cannot be read with this dialect.
 */
export async function chooseDialect(
  file: FileBytes,
  found: Dialect,
  given: GivenDialect,
): Promise<Dialect> {
  const isChanged = COLUMNS.some((key) =>
    given[key] !== undefined && (given[key] ?? undefined) !== found[key]
  );
  const { filled: _filled, none: _none, ...unfiltered } = found;
  const { unpivot: _unpivot, exact: _exact, indexed: _indexed, ...kept } = unfiltered;
  const known = isChanged ? kept : given.filled === undefined ? found : unfiltered;
  const dialect = withoutNulls({ ...known, ...given });
  if (!isChanged || given.header !== undefined) return dialect;
  const basic = { ...dialect, header: false, unpivot: undefined, filled: undefined };
  return { ...dialect, header: detectHeader(await firstRows(file, basic, ROWS)) };
}

/**
 * Returns the dialect detected for a file of a kind: rows of items count without a value, so only
 * interactions may be those of a melted table.
 */
export function dialectFor(kind: FileKind, found: Dialect): Dialect {
  const { filled: _filled, none: _none, ...unfiltered } = found;
  return kind === "CONTENT" ? unfiltered : found;
}

function withoutNulls(given: GivenDialect): Dialect {
  const entries = Object.entries(given).filter(([, value]) =>
    value !== null && value !== undefined
  );
  return Object.fromEntries(entries) as unknown as Dialect;
}
