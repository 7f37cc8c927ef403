/** The file cannot be read; the message is a sentence for its owner. */
export class CsvError extends Error {
  override readonly name = "CsvError";

  constructor(readonly code: "empty" | "not_csv" | "damaged" | "too_large", message: string) {
    super(message);
  }
}

/** The dialect does not fit the file. */
export class DialectError extends CsvError {
  /** @param pointer path of the member of the dialect, such as "unpivot/key". */
  constructor(readonly pointer: string, message: string) {
    super("not_csv", message);
  }
}
