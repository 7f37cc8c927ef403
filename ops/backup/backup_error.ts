/** A backup or restore that cannot be, in a sentence for the operator. */
export class BackupError extends Error {
  override name = "BackupError";
}
