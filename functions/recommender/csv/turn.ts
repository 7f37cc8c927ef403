/** Bytes, or characters, that are gone through before others have their turn: some milliseconds. */
export const TURN = 1 << 18;

/** Resolves when what else waits in this process has run, such as another's request. */
export type TakeTurn = () => Promise<void>;

/** Returns a promise that the next turn of the event loop resolves. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
