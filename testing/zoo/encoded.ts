/** Encodes text in encodings that runtimes can only decode. */

const tables = new Map<string, Map<string, number[]>>();

/**
 * Returns a text in an encoding with one or two bytes per character.
 * @throws {RangeError} if the encoding lacks a character.
 */
export function encoded(text: string, encoding: string): Uint8Array<ArrayBuffer> {
  const table = tables.get(encoding) ?? tableOf(encoding);
  tables.set(encoding, table);
  return Uint8Array.from([...text].flatMap((character) => {
    const bytes = table.get(character);
    if (bytes) return bytes;
    throw new RangeError(`${encoding} has no ${character}.`);
  }));
}

function tableOf(encoding: string): Map<string, number[]> {
  const table = new Map<string, number[]>();
  const decoder = new TextDecoder(encoding, { fatal: true });
  const note = (bytes: number[]) => {
    try {
      const text = decoder.decode(Uint8Array.from(bytes));
      if ([...text].length === 1 && !table.has(text)) table.set(text, bytes);
    } catch {
      // Not a character.
    }
  };
  for (let first = 0; first < 256; first++) note([first]);
  for (let first = 0x81; first < 0xff; first++) {
    for (let second = 0x40; second < 0xff; second++) note([first, second]);
  }
  return table;
}
