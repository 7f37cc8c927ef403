/**
 * A record as a line of CSV (RFC 4180) with its newline: read with this delimiter, the quote `"`
 * and the newline `\n`, it gives the same cells.
 */
export function writeRecord(cells: readonly string[], delimiter: string): string {
  // A line without any character would be no record.
  if (cells.length === 1 && cells[0] === "") return '""\n';
  return cells.map((cell) => quoted(cell, delimiter)).join(delimiter) + "\n";
}

function quoted(cell: string, delimiter: string): string {
  return cell.includes(delimiter) || /["\r\n]/.test(cell)
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}
