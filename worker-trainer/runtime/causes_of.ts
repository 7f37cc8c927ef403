/** Returns the messages of an error and its causes, for the operator: "It is away. (EACCES: …)". */
export function causesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${causesOf(error.cause)})`;
}
