/** The tables of an installation, read and written by COPY. */
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ISql } from "postgres";
import type { Sequence } from "./manifest.ts";

/** A table and the columns that hold something of their own: a generated one follows from others. */
export interface Table {
  /** `schema.table`, quoted where it must be. */
  name: string;
  columns: string[];
}

/** The tables of these schemas, each after those that it refers to. */
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
        `Tables are loaded after those they refer to, but these form a ring: ${names}`,
      );
    }
    const [{ name, columns }] = waiting.splice(next, 1);
    ordered.push({ name, columns });
  }
  return ordered;
}

/**
 * The rows of a table in COPY's text format, each with its line break. Where the last rows filled its
 * stream, postgres.js 3.4.9 leaves the connection paused, and the next query would wait for ever: so
 * the end asks for more once again, which resumes it.
 */
export async function copyOut(sql: ISql, table: Table): Promise<ReadableStream<Uint8Array>> {
  const rows = await sql.unsafe(`copy ${columnsOf(table)} to stdout`).readable();
  rows.once("end", () => rows._read(0));
  return Readable.toWeb(rows) as unknown as ReadableStream<Uint8Array>;
}

/** Writes rows as `copyOut` gives them. */
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
 * Rejects when a query fails. Of an error that comes when all rows are sent, such as a row that refers
 * to nothing, the stream that postgres.js 3.4.9 gives never hears: it would wait for ever.
 */
function failureOf(query: object): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const told = query as { reject(error: unknown): void };
  const before = told.reject;
  told.reject = (error) => {
    reject(error);
    before(error);
  };
  return promise;
}

function columnsOf({ name, columns }: Table): string {
  return `${name} (${columns.join(", ")})`;
}

/** The sequences of these schemas; those of identity columns are among them. */
export async function sequencesOf(sql: ISql, schemas: string[]): Promise<Sequence[]> {
  return await sql<Sequence[]>`
    select format('%I.%I', schemaname, sequencename) as name, last_value::text as value
    from pg_sequences where schemaname = any (${schemas}) order by 1`;
}

/** Sets sequences to go on behind their last values. */
export async function setSequences(sql: ISql, sequences: Sequence[]): Promise<void> {
  for (const { name, value } of sequences) {
    if (value !== null) await sql`select setval(${name}::text::regclass, ${value}::text::bigint)`;
  }
}
