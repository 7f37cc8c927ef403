/** More interactions for a project, as a file like the first. */
import { useSignal } from "@preact/signals";
import { appendInteractions } from "../append_interactions.ts";
import { useSubmit } from "../submit.ts";
import { bytes, percent } from "../words.ts";
import { ProblemNote } from "./problem_note.tsx";

interface AppendFileProps {
  id: string;
  onAdded: () => void;
}

export function AppendFile({ id, onAdded }: AppendFileProps) {
  const sent = useSignal<{ sent: number; total: number } | null>(null);
  const added = useSignal("");
  const { busy, problem, run } = useSubmit();
  const send = async (file: File) => {
    added.value = "";
    await run(async () => {
      await appendInteractions(id, file, {
        onProgress: (bytes, total) => sent.value = { sent: bytes, total },
      });
      added.value = file.name;
      onAdded();
    });
    sent.value = null;
  };
  return (
    <div class="stack tight">
      <div class="drop">
        <label for="append" class="strong">Add interactions</label>
        <span class="muted small" id="append-hint">
          A CSV file with the same columns as the first. Its rows count from the next training on.
        </span>
        <input
          id="append"
          type="file"
          accept=".csv,.tsv,.txt,.gz,text/csv,text/tab-separated-values,application/gzip"
          aria-describedby="append-hint"
          disabled={busy.value}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) send(file);
            currentTarget.value = "";
          }}
        />
      </div>
      {sent.value && (
        <>
          <progress
            aria-label="Upload"
            value={sent.value.total > 0 ? sent.value.sent / sent.value.total : 0}
            max={1}
          />
          <p class="small muted">
            {bytes(sent.value.sent)} of {bytes(sent.value.total)},{" "}
            {percent(sent.value.total > 0 ? sent.value.sent / sent.value.total : 0)}
          </p>
        </>
      )}
      <ProblemNote problem={problem.value} />
      <p role="status" class={added.value ? "note" : "visually-hidden"}>
        {added.value && `${added.value} is stored. Train again to have it count.`}
      </p>
    </div>
  );
}
