/** Ways to create a project: own files or sample data. */
import { useLocation } from "preact-iso";
import { createSampleProject, FILMS, MUSIC, type Sample } from "./samples.ts";
import { useSubmit } from "../api/submit.ts";
import { text } from "./projects_words.ts";
import { useUpload } from "../upload/use_upload.ts";
import { ProblemNote } from "../ui/problem_note.tsx";
import { UploadWait } from "../upload/upload_state.tsx";

/**
 * @param isFirst whether there is no project yet; sample data is then offered by buttons, else in a
 * menu
 */
export function Beginnings({ isFirst }: { isFirst: boolean }) {
  const { route } = useLocation();
  const { busy, problem, run } = useSubmit();
  const sending = useUpload();
  const make = (sample: Sample) =>
    run(async () => {
      const id = await sending.during((options) => createSampleProject(sample, options));
      route(`/projects/${id}`);
    });
  const choice = (sample: Sample, words: string, tone: string) => (
    <button
      type="button"
      class={`button ${tone}`}
      disabled={busy.value}
      onClick={() => make(sample)}
    >
      {words}
    </button>
  );
  return (
    <div class="stack tight">
      <div class="row">
        <a class="button" href="/projects/new">{text.newProject}</a>
        {isFirst
          ? (
            <>
              {choice(FILMS, busy.value ? text.uploading : text.trySample, "quiet")}
              {choice(MUSIC, text.tryMusic, "bare")}
            </>
          )
          : (
            <>
              <button
                type="button"
                class="button quiet samples-button"
                popovertarget="samples"
                disabled={busy.value}
              >
                {busy.value ? text.uploading : text.sample}
              </button>
              <div id="samples" class="menu" popover="auto">
                {choice(FILMS, text.samples.films, "bare")}
                {choice(MUSIC, text.samples.music, "bare")}
              </div>
            </>
          )}
      </div>
      {sending.state.value?.waiting && <UploadWait waiting={sending.state.value.waiting} />}
      <ProblemNote problem={problem.value} />
    </div>
  );
}
