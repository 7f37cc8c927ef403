/** Number of bytes or characters to process before yielding: some milliseconds. */
export const TURN = 1 << 18;

/** Yields to other work: resolves when waiting tasks of this process have run. */
export type TakeTurn = () => Promise<void>;

/** Returns a promise that resolves in the next turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
