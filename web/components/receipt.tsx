/** What became of an uploaded file: which rows were used, and why others were not. */
import type { ProjectFile } from "../api.ts";
import { bytes, count, counted } from "../words.ts";

/** What the trainer counted, as far as the page shows it. */
interface Counts {
  rows: number;
  used: number;
  rejected: number;
  /** The first of the rejected rows. */
  rejections: { line: number; reason: string }[];
  duplicates: number;
  users: number;
  items: number;
  unknown_items: number;
}

const TITLES = { CONTENT: "Items", INTERACTION: "Interactions" };

interface ReceiptProps {
  file: ProjectFile;
  /** Whether a training is still to read it. */
  isAwaited: boolean;
}

export function Receipt({ file, isAwaited }: ReceiptProps) {
  const counts = countsOf(file.receipt);
  return (
    <section class="stack tight" aria-label={`${TITLES[file.file_type]} file`}>
      <div class="row">
        <h3>{TITLES[file.file_type]}</h3>
        <span class="muted small break">{file.file_name}, {bytes(file.bytes)}</span>
      </div>
      <p>
        {counts
          ? inWords(file, counts)
          : isAwaited
          ? "The rows are counted when the training reads them."
          : "The training ended without a count of the rows."}
      </p>
      {counts && counts.rejections.length > 0 && <Rejections counts={counts} />}
      <details>
        <summary class="small">Columns</summary>
        <dl class="facts small">
          {Object.entries(file.mapping).map(([key, column]) => (
            <div key={key} class="fact">
              <dt class="mono">{key}</dt>
              <dd>{[column].flat().join(", ")}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}

function countsOf(receipt: ProjectFile["receipt"]): Counts | null {
  return typeof receipt?.rows === "number" ? receipt as unknown as Counts : null;
}

function inWords({ file_type }: ProjectFile, counts: Counts): string {
  const { rows, used, rejected, duplicates, users, items, unknown_items } = counts;
  const all = rejected === 0 && used === rows;
  const first = all
    ? `All ${counted(rows, "row")} were used`
    : `${count(used)} of ${counted(rows, "row")} were used`;
  const held = file_type === "CONTENT"
    ? counted(items, "item")
    : `${counted(users, "user")}, ${counted(items, "item")}`;
  const more = [
    duplicates > 0 &&
    (file_type === "CONTENT"
      ? `${count(duplicates)} repeat an item that came before`
      : `${count(duplicates)} repeat a user and an item`),
    unknown_items > 0 && `${count(unknown_items)} name an item that the items file does not have`,
    rejected > 0 && `${count(rejected)} could not be used`,
  ].filter(Boolean);
  return `${first}: ${held}.${more.length > 0 ? ` Of the rows, ${more.join("; ")}.` : ""}`;
}

/** More than these are not read by anybody. */
const SHOWN = 50;

function Rejections({ counts: { rejected, rejections } }: { counts: Counts }) {
  const shown = rejections.slice(0, SHOWN);
  return (
    <details>
      <summary class="small">Rows that could not be used, and why</summary>
      <div
        class="scroll sunken"
        tabIndex={0}
        role="region"
        aria-label="Rows that could not be used"
      >
        <table>
          <thead>
            <tr>
              <th scope="col" class="number">Line</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ line, reason }) => (
              <tr key={line}>
                <td class="number">{line}</td>
                <td>{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rejected > shown.length && (
        <p class="small muted">The first {shown.length} of {count(rejected)}.</p>
      )}
    </details>
  );
}
