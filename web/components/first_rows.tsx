/** The first rows of a file, as they were read. */
import type { Head } from "../csv/read_head.ts";

const SHOWN = 4;

interface FirstRowsProps {
  head: Head;
  /** Whose rows these are. */
  of: string;
}

export function FirstRows({ head: { columns, sampleRows }, of }: FirstRowsProps) {
  return (
    <div class="scroll sunken" tabIndex={0} role="region" aria-label={`First rows of ${of}`}>
      <table>
        <thead>
          <tr>{columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr>
        </thead>
        <tbody>
          {sampleRows.slice(0, SHOWN).map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => <td key={column} class="cell" title={cell}>{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
