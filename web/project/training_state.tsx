/** Progress of a waiting or running training, with a button to cancel it. */
import { cancelTraining, type ProjectDetails } from "../api/api.ts";
import { text } from "./training_words.ts";
import { stageWords, stepOf, STEPS } from "../ui/training_words.ts";
import { useNow } from "../ui/use_now.ts";
import { duration, percent } from "../ui/words.ts";
import { ConfirmDialog } from "../ui/confirm_dialog.tsx";
import { TellMe } from "./tell_me.tsx";

interface TrainingStateProps {
  project: ProjectDetails;
  /** Called when the training was cancelled. */
  onCancelled: () => void;
}

export function TrainingState({ project, onCancelled }: TrainingStateProps) {
  const { status, stage, progress, queued_at, started_at } = project;
  const elapsed = Math.max(0, useNow() - new Date(started_at ?? queued_at).getTime());
  const isWaiting = status === "PENDING";
  return (
    <section class="card stack" aria-labelledby="training">
      <div class="row between">
        <h2 id="training">{isWaiting ? text.waiting : text.title}</h2>
        {!isWaiting && <strong class="share">{percent(Math.floor(progress * 100) / 100)}</strong>}
      </div>
      <progress
        aria-label={isWaiting ? text.waits : text.title}
        value={isWaiting ? 0 : progress}
        max={1}
      />
      {isWaiting
        ? (
          <>
            <p role="status">{stage ?? text.stored}</p>
            <p class="muted">{text.waitingFor(duration(elapsed))}</p>
          </>
        )
        : (
          <>
            <Steps at={stepOf(stage)} />
            <div class="row between muted">
              <p role="status">{stageWords(stage)}</p>
              <p>{[text.elapsed(duration(elapsed)), ...leftOf(elapsed, progress)].join(", ")}</p>
            </div>
          </>
        )}
      <div class="row between">
        <p class="small muted">{text.mayClose}</p>
        <div class="row">
          <TellMe project={project} />
          <ConfirmDialog
            action={text.cancel.action}
            title={text.cancel.title}
            onConfirm={async () => {
              await cancelTraining(String(project.id));
              onCancelled();
            }}
          >
            <p>{project.trained_at ? text.cancel.again : text.cancel.first}</p>
          </ConfirmDialog>
        </div>
      </div>
    </section>
  );
}

function Steps({ at }: { at: number }) {
  return (
    <ol class="steps" aria-label={text.steps}>
      {STEPS.map((step, i) => (
        <li
          key={step}
          class={i < at ? "done" : undefined}
          aria-current={i === at ? "step" : undefined}
        >
          {step}
        </li>
      ))}
    </ol>
  );
}

/** Minimum progress and elapsed time before an estimate is shown. */
const TOLD = { share: 0.1, ms: 3_000 };

/**
 * Returns the estimated remaining time. Progress is weighted by estimated cost, so it is
 * extrapolated linearly.
 */
function leftOf(elapsed: number, progress: number): string[] {
  if (progress < TOLD.share || elapsed < TOLD.ms || progress >= 1) return [];
  return [text.left(duration(elapsed * (1 - progress) / progress))];
}
