/**
 * Formats a record as a line of CSV (RFC 4180) with `"` quotes and a `\n`, from which the same
 * cells are parsed.
 */
export function writeRecord(cells: readonly string[], delimiter: string): string {
  // An empty line would not be a record.
  if (cells.length === 1 && cells[0] === "") return '""\n';
  return cells.map((cell) => quoted(cell, delimiter)).join(delimiter) + "\n";
}

function quoted(cell: string, delimiter: string): string {
  return cell.includes(delimiter) || /["\r\n]/.test(cell)
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}
