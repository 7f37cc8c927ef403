/** Error of a backup or restore; the message is a sentence for the operator. */
export class BackupError extends Error {
  override name = "BackupError";
}
