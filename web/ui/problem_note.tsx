/** Error message of a failed call. */
import type { ApiProblem } from "../api/problem.ts";
import { text } from "./controls_words.ts";

interface ProblemNoteProps {
  problem: ApiProblem | null;
  /** Called by "Try again"; absent where a retry cannot help. */
  retry?: () => void;
  /** Fields that show their own errors. */
  fields?: string[];
}

export function ProblemNote({ problem, retry, fields = [] }: ProblemNoteProps) {
  if (!problem) return null;
  const elsewhere = problem.errors.filter(({ pointer }) => !fields.includes(pointer.split("/")[1]));
  const allBesideFields = problem.errors.length > 0 && elsewhere.length === 0;
  return (
    <div class="note bad stack tight" role="alert">
      <p>{allBesideFields ? text.markedFields : problem.message}</p>
      {elsewhere.length > 1 && (
        <ul>
          {elsewhere.map(({ pointer, detail }) => (
            <li key={pointer}>{pointer.slice(1)}: {detail}</li>
          ))}
        </ul>
      )}
      {problem.status >= 500 && problem.requestId && (
        <p class="small muted">{text.request(problem.requestId)}</p>
      )}
      {retry && (
        <div>
          <button type="button" class="button quiet small" onClick={retry}>{text.tryAgain}</button>
        </div>
      )}
    </div>
  );
}
