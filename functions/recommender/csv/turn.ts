/** Bytes, or characters, that are gone through before others have their turn: some milliseconds. */
export const TURN = 1 << 20;

/** Lets what else waits in this process run, such as another's request. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
