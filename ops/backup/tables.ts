/** Dumps and loads tables by COPY. */
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ISql } from "postgres";
import type { Sequence } from "./manifest.ts";

/** A table with its columns, except generated ones. */
export interface Table {
  /** `schema.table`, quoted if necessary. */
  name: string;
  columns: string[];
}

/** Returns the tables of the schemas in the order of their foreign keys. */
export async function tablesOf(sql: ISql, schemas: string[]): Promise<Table[]> {
  const found = await sql<(Table & { refers_to: string[] })[]>`
    select format('%I.%I', n.nspname, c.relname) as name, array(
      select quote_ident(a.attname) from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      order by a.attnum
    ) as columns, array(
      select format('%I.%I', rn.nspname, r.relname)
      from pg_constraint f
        join pg_class r on r.oid = f.confrelid join pg_namespace rn on rn.oid = r.relnamespace
      where f.contype = 'f' and f.conrelid = c.oid and f.confrelid <> c.oid
    ) as refers_to
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = any (${schemas})
    order by 1`;
  const ordered: Table[] = [];
  const waiting = [...found];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ refers_to }) =>
      !refers_to.some((name) => waiting.some((other) => other.name === name))
    );
    if (next === -1) {
      const names = waiting.map(({ name }) => name).join(", ");
      throw new Error(
        `Tables with circular references cannot be loaded: ${names}`,
      );
    }
    const [{ name, columns }] = waiting.splice(next, 1);
    ordered.push({ name, columns });
  }
  return ordered;
}

/**
 * Returns the rows of a table in COPY's text format. If the last rows fill the stream's buffer,
 * postgres.js 3.4.9 leaves the connection paused and the next query hangs; another read at the end
 * resumes it.
 */
export async function copyOut(sql: ISql, table: Table): Promise<ReadableStream<Uint8Array>> {
  const rows = await sql.unsafe(`copy ${columnsOf(table)} to stdout`).readable();
  rows.once("end", () => rows._read(0));
  return Readable.toWeb(rows) as unknown as ReadableStream<Uint8Array>;
}

/** Writes rows in the format of `copyOut`. */
export async function copyIn(
  sql: ISql,
  table: Table,
  rows: ReadableStream<Uint8Array>,
): Promise<void> {
  const query = sql.unsafe(`copy ${columnsOf(table)} from stdin`);
  const failed = failureOf(query);
  const into: Writable = await Promise.race([query.writable(), failed]);
  const from = Readable.fromWeb(rows as unknown as Parameters<typeof Readable.fromWeb>[0]);
  await Promise.race([pipeline(from, into), failed]);
}

/**
 * Rejects when a query fails. The stream of postgres.js 3.4.9 does not report an error raised after
 * all rows are sent, such as a foreign key violation, and would hang.
 */
function failureOf(query: object): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const pending = query as { reject(error: unknown): void };
  const before = pending.reject;
  pending.reject = (error) => {
    reject(error);
    before(error);
  };
  return promise;
}

function columnsOf({ name, columns }: Table): string {
  return `${name} (${columns.join(", ")})`;
}

/** Returns the sequences of the schemas, including those of identity columns. */
export async function sequencesOf(sql: ISql, schemas: string[]): Promise<Sequence[]> {
  return await sql<Sequence[]>`
    select format('%I.%I', schemaname, sequencename) as name, last_value::text as value
    from pg_sequences where schemaname = any (${schemas}) order by 1`;
}

/** Sets sequences to continue after their last values. */
export async function setSequences(sql: ISql, sequences: Sequence[]): Promise<void> {
  for (const { name, value } of sequences) {
    if (value !== null) await sql`select setval(${name}::text::regclass, ${value}::text::bigint)`;
  }
}
