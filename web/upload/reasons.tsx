/** Rejection reasons of a file: rows of each, and the first line numbers. */
import type { Reason } from "../../functions/recommender/files/rows/receipt.ts";
import { text } from "./import_words.ts";
import { count } from "../ui/words.ts";

const words = text.check;

export function Reasons({ reasons }: { reasons: Reason[] }) {
  const most = reasons.toSorted((a, b) => b.rows - a.rows);
  return (
    <div class="scroll sunken" tabIndex={0} role="region" aria-label={words.reasons}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">{words.rows}</th>
            <th scope="col">{words.reason}</th>
            <th scope="col">{words.lines}</th>
          </tr>
        </thead>
        <tbody>
          {most.map(({ reason, rows, lines }) => (
            <tr key={reason}>
              <td class="number">{count(rows)}</td>
              <td class="wrap">{reason}</td>
              <td class="nowrap">{words.firstLines(lines, rows)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
