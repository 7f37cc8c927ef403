/** Returns rows as CSV with a header (RFC 4180, but with line feeds). */
export function csvText(columns: string[], rows: (string | number)[][]): string {
  return [columns, ...rows].map((row) => row.map(cell).join(",") + "\n").join("");
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
