/**
 * The users of a model with little memory: only their ids are held, and histories are read from the
 * artifact on demand. Reads are whole blocks, each checked against the manifest.
 */
import { ModelTooLargeError } from "./artifact.ts";
import type { Manifest, UserTable } from "../model.ts";
import { USERS } from "./private_files.ts";
import { indexOfString, type StringTable, stringTable } from "../string_table.ts";
import { openBlocks, type ReadRange } from "./verified_blocks.ts";

/** Users whose histories are loaded on demand. */
export interface UserSlices {
  /** All users, in the model's order. */
  ids: StringTable;
  /** Loads the complete histories of the known ones of these users. */
  of(userIds: Iterable<string>): Promise<UserTable>;
  /** Memory held, in bytes. */
  bytes: number;
}

/** Arrays held in memory for all users. */
const HELD = [
  "users.ids.bytes",
  "users.ids.offsets",
  "users.ids.order",
  "users.histories.offsets",
];

/**
 * Opens the users of a model. Reads the arrays held for all users once: about 20 bytes per user,
 * plus the ids. Returns undefined if the model has no users, or no block hashes because it is
 * older.
 * @param options.beside memory already used, in bytes.
 * @param options.most limit of `beside` plus the memory held here, in bytes.
 * @throws {FileMismatchError} if a block does not match the manifest, here and in `of`.
 * @throws {ModelTooLargeError} if the limit would be exceeded, before reading.
 */
export async function openUserSlices(
  manifest: Manifest,
  readRange: ReadRange,
  { beside = 0, most = Infinity }: { beside?: number; most?: number } = {},
): Promise<UserSlices | undefined> {
  const blocks = await openBlocks(manifest, USERS, readRange);
  if (!blocks) return undefined;
  const { layout, read } = blocks;
  const held = HELD.reduce((sum, name) => sum + layout[name][1] - layout[name][0], 0);
  if (beside + held > most) throw new ModelTooLargeError({ bytes: beside + held, most });
  const whole = async (name: string) => await read(...layout[name]);
  const words = async (name: string) => new Uint32Array((await whole(name)).buffer);
  const [bytes, offsets, order, starts] = await Promise.all([
    whole("users.ids.bytes"),
    words("users.ids.offsets"),
    words("users.ids.order"),
    words("users.histories.offsets"),
  ]);
  const ids: StringTable = { bytes, offsets, order };

  /** Reads a user's entries of an array with four bytes per entry. */
  const slice = (name: string, user: number) => {
    const [start] = layout[name];
    return read(start + 4 * starts[user], start + 4 * starts[user + 1]);
  };

  return {
    ids,
    bytes: held,
    async of(userIds) {
      const known = [...new Set(userIds)].flatMap((id) => {
        const user = indexOfString(ids, id);
        return user < 0 ? [] : [{ id, user }];
      });
      const histories = await Promise.all(known.map(async ({ user }) => {
        const [columns, values] = await Promise.all([
          slice("users.histories.columns", user),
          slice("users.histories.values", user),
        ]);
        return {
          columns: new Uint32Array(columns.buffer),
          values: new Float32Array(values.buffer),
        };
      }));
      const rows = new Uint32Array(known.length + 1);
      histories.forEach(({ columns }, i) => rows[i + 1] = rows[i] + columns.length);
      const columns = new Uint32Array(rows[known.length]);
      const values = new Float32Array(rows[known.length]);
      histories.forEach((history, i) => {
        columns.set(history.columns, rows[i]);
        values.set(history.values, rows[i]);
      });
      return {
        ids: stringTable(known.map(({ id }) => id)),
        histories: { offsets: rows, columns, values },
      };
    },
  };
}
