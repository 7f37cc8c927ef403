/**
 * The users of a model where memory is scarce: who there are is held, what each of them had stays
 * where the artifact is, and is read when somebody asks. Reads are of whole blocks, each checked
 * against the manifest.
 */
import { FileMismatchError, ModelTooLargeError, sha256Hex } from "./artifact.ts";
import type { Manifest, UserTable } from "./model.ts";
import { placeOf, USERS } from "./private_files.ts";
import { safetensorsLayout } from "./safetensors.ts";
import { indexOfString, type StringTable, stringTable } from "./string_table.ts";

/** Users by their slices of the private file. */
export interface UserSlices {
  /** All users, in the model's order. */
  ids: StringTable;
  /** A table of those of these users that the model knows, each with the whole of their history. */
  of(userIds: Iterable<string>): Promise<UserTable>;
  /** What is held in memory. */
  bytes: number;
}

/** The arrays that are held of all users. */
const HELD = [
  "users.ids.bytes",
  "users.ids.offsets",
  "users.ids.order",
  "users.histories.offsets",
];

/** Gives the bytes from `start` to before `end` of a path within the artifact. */
export type ReadRange = (
  path: string,
  range: { start: number; end: number },
) => Promise<Uint8Array>;

/**
 * Opens the users of a model; undefined where it has none, or was made before blocks were hashed.
 * Reads, once, what is known of all users: about 20 bytes each beside their ids.
 * @param options.most bytes that may be held with those that are held `beside`.
 * @throws {FileMismatchError} when a block is not what the manifest says, here and in `of`.
 * @throws {ModelTooLargeError} when that is more, before it is read.
 */
export async function openUserSlices(
  manifest: Manifest,
  readRange: ReadRange,
  { beside = 0, most = Infinity }: { beside?: number; most?: number } = {},
): Promise<UserSlices | undefined> {
  const place = placeOf(manifest, USERS);
  const blocks = place === undefined ? undefined : manifest.blocks?.[place];
  if (!blocks) return undefined;

  /** The bytes from `start` to before `end`, out of blocks that are right. */
  async function read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (start === end) return new Uint8Array();
    const first = Math.floor(start / blocks!.bytes);
    const last = Math.ceil(end / blocks!.bytes);
    const range = { start: first * blocks!.bytes, end: last * blocks!.bytes };
    const bytes = await readRange(place!, range);
    for (let block = first; block < last; block++) {
      const at = (block - first) * blocks!.bytes;
      const digest = await sha256Hex(bytes.subarray(at, at + blocks!.bytes));
      if (digest !== blocks!.sha256[block]) throw new FileMismatchError(place!);
    }
    return bytes.slice(start - range.start, end - range.start);
  }

  const layout = safetensorsLayout(await read(0, blocks.bytes));
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

  /** The entries of a user in an array of four bytes an entry. */
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
