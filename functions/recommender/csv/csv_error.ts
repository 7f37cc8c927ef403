/** The file cannot be read; the message is a sentence for its owner. */
export class CsvError extends Error {
  override readonly name = "CsvError";

  constructor(readonly code: "empty" | "not_csv" | "damaged" | "too_large", message: string) {
    super(message);
  }
}
