/** Preview of a file's first rows, under the roles of its columns. */
import { parseTime } from "../../functions/recommender/files/values/times.ts";
import { type Draft, rolesOf } from "./draft.ts";
import { text } from "./import_words.ts";

const SHOWN = 4;

export function FirstRows({ draft }: { draft: Draft }) {
  const { file, head: { columns, sampleRows } } = draft;
  const roles = columns.map((column) => rolesOf(draft, column));
  return (
    <div class="scroll sunken" tabIndex={0} role="region" aria-label={text.firstRows(file.name)}>
      <table class="first-rows">
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th key={column} scope="col" class={roles[i].length > 0 ? undefined : "unused"}>
                {roles[i].length === 0 && <span class="role none">{text.leftOut}</span>}
                {roles[i].map((role) => <span key={role} class="role">{text.keys[role]}</span>)}
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sampleRows.slice(0, SHOWN).map((row, index) => (
            <tr key={index}>
              {row.map((cell, i) => (
                <td key={i} class={roles[i].length > 0 ? "cell" : "cell unused"} title={cell}>
                  {cell}
                  {roles[i].includes("timestamp") && <Day of={cell} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Date of a UNIX timestamp in seconds. */
function Day({ of }: { of: string }) {
  const time = parseTime(of);
  if (time === null || !Number.isFinite(time) || !/^\d{9,}$/.test(of.trim())) return null;
  return <span class="meant">{new Date(1000 * time).toISOString().slice(0, 10)}</span>;
}
