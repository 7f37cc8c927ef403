import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { InteractionRow } from "../../functions/recommender/csv/rows.ts";

/** All used interaction rows in dense columns, in the order of the files. */
export interface InteractionColumns {
  /** User ids in order of their first row. */
  users: string[];
  /** Items in order of their first row: `id` or, where only a title is known, `title`. */
  items: { id: string; title: string }[];
  /** Event types in order of the alphabet. */
  events: string[];
  user: Uint32Array;
  item: Uint32Array;
  event: Uint32Array;
  /** NaN where there is none. */
  rating: Float32Array;
  time: Float64Array;
}

/**
 * Rows that count, laid down in a file of one plain dialect and made dense by DuckDB, which spills
 * to `folder` where memory is short. Each row carries its number, so the order in which DuckDB's
 * threads work decides nothing.
 */
export class InteractionTable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #rows = 0;

  constructor(readonly folder: string) {
    this.#path = `${folder}/rows.csv`;
    this.#file = Deno.openSync(this.#path, { create: true, write: true, truncate: true });
  }

  /** How many rows there are. */
  get rows(): number {
    return this.#rows;
  }

  async add(rows: InteractionRow[]): Promise<void> {
    let text = "";
    for (const { user, item, title, rating, time, event } of rows) {
      const key = item === "" ? `t${title}` : `i${item}`;
      text += `${this.#rows++},${quoted(user)},${quoted(key)},${quoted(title)},` +
        `${rating ?? ""},${time ?? ""},${quoted(event)}\n`;
    }
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
  }

  close(): void {
    this.#file.close();
  }

  /** Reads the table back, dense. */
  async dense(options: { threads?: number; memoryLimit?: string }): Promise<InteractionColumns> {
    const instance = await DuckDBInstance.create(":memory:", {
      temp_directory: this.folder,
      // Nothing is fetched, whatever a file holds.
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      ...(options.threads ? { threads: String(options.threads) } : {}),
      ...(options.memoryLimit ? { memory_limit: options.memoryLimit } : {}),
    });
    const db = await instance.connect();
    try {
      await load(db, this.#path);
      return await columnsOf(db, this.#rows);
    } finally {
      db.closeSync();
      instance.closeSync();
    }
  }
}

/** A quoted cell holds anything; quotes are doubled. */
function quoted(text: string): string {
  return text === "" ? "" : `"${text.replaceAll('"', '""')}"`;
}

async function load(db: DuckDBConnection, path: string): Promise<void> {
  await db.run(`
    create table rows as
    select row::integer as row, user, item, coalesce(title, '') as title,
      rating::float as rating, time::double as time, coalesce(event, '') as event
    from read_csv('${path.replaceAll("'", "''")}', auto_detect = false, header = false,
      delim = ',', quote = '"', escape = '"', new_line = '\\n', max_line_size = 16777216,
      columns = {row: 'varchar', user: 'varchar', item: 'varchar', title: 'varchar',
        rating: 'varchar', time: 'varchar', event: 'varchar'})`);
  await db.run(`
    create table users as
    select user, (row_number() over (order by min(row)) - 1)::integer as place
    from rows group by user`);
  await db.run(`
    create table items as
    select item, (row_number() over (order by min(row)) - 1)::integer as place,
      coalesce(arg_min(title, row) filter (title <> ''), '') as title
    from rows group by item`);
  await db.run(`
    create table events as
    select event, (row_number() over (order by event) - 1)::integer as place
    from rows group by event`);
}

async function columnsOf(db: DuckDBConnection, rows: number): Promise<InteractionColumns> {
  const items = (await texts(db, "select item, title from items order by place"))
    .map(([key, title]) => ({ id: key.startsWith("i") ? key.slice(1) : "", title }));
  const columns: InteractionColumns = {
    users: (await texts(db, "select user from users order by place")).map(([user]) => user),
    items,
    events: (await texts(db, "select event from events order by place")).map(([event]) => event),
    user: new Uint32Array(rows),
    item: new Uint32Array(rows),
    event: new Uint32Array(rows),
    rating: new Float32Array(rows),
    time: new Float64Array(rows),
  };
  const result = await db.stream(`
    select rows.row, users.place, items.place, events.place,
      coalesce(rating, 'nan'::float), coalesce(time, 'nan'::double)
    from rows
      join users using (user)
      join items using (item)
      join events using (event)`);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const [row, user, item, event, rating, time] = [0, 1, 2, 3, 4, 5]
      .map((i) => (chunk.getColumnVector(i) as unknown as { items: ArrayLike<number> }).items);
    for (let i = 0; i < chunk.rowCount; i++) {
      const at = row[i];
      columns.user[at] = user[i];
      columns.item[at] = item[i];
      columns.event[at] = event[i];
      columns.rating[at] = rating[i];
      columns.time[at] = time[i];
    }
  }
  return columns;
}

async function texts(db: DuckDBConnection, query: string): Promise<string[][]> {
  const result = await db.stream(query);
  const rows: string[][] = [];
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return rows;
    rows.push(...chunk.getRows() as string[][]);
  }
}
