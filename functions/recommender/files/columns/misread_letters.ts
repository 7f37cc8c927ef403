/** A sentence for a file's owner on texts that another program has decoded wrongly. */

/** Minimum number of groups of letters that are UTF-8, read as windows-1252. */
const FEWEST = 3;
/** Minimum fraction of all groups of letters beyond ASCII. */
const MOST = 0.5;

const BYTES = new Map<string, number>();
for (let byte = 0x80; byte < 0x100; byte++) {
  BYTES.set(new TextDecoder("windows-1252").decode(Uint8Array.of(byte)), byte);
}
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Returns a note if most letters beyond ASCII are UTF-8 that was read as windows-1252 before the
 * file was saved: `CafÃ©` for `Café`.
 */
export function notesOfMisread(rows: readonly string[][]): string[] {
  const groups = rows.flatMap((cells) =>
    cells.flatMap((cell) => cell.match(/[\u0080-\u{10ffff}]+/gu) ?? [])
  );
  const misread = groups.map((group) => ({ group, letters: lettersOf(group) }))
    .filter(({ letters }) => letters !== undefined);
  if (misread.length < FEWEST || misread.length < MOST * groups.length) return [];
  const shortest = misread.reduce((a, b) => b.group.length < a.group.length ? b : a);
  return [
    `Letters such as "${shortest.group}" are probably "${shortest.letters}": the texts were UTF-8 and ` +
    "were read as windows-1252 before this file was saved. Export them again as UTF-8.",
  ];
}

/** Returns the letters whose bytes in UTF-8 are such in windows-1252; undefined if there are none. */
function lettersOf(group: string): string | undefined {
  const bytes = Array.from(group, (letter) => BYTES.get(letter) ?? -1);
  if (bytes.includes(-1)) return undefined;
  try {
    return UTF8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
