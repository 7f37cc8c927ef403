/** Search for a better version than the first, which serves, with a button to cancel it. */
import { cancelTraining, type ProjectDetails } from "../api/api.ts";
import { ConfirmDialog } from "../ui/confirm_dialog.tsx";
import { stageWords } from "../ui/training_words.ts";
import { percent } from "../ui/words.ts";
import { text as trainingText } from "./training_words.ts";

const text = trainingText.improving;

interface ImprovingStateProps {
  project: ProjectDetails;
  improving: NonNullable<ProjectDetails["improving"]>;
  /** Called when the search was cancelled. */
  onCancelled: () => void;
}

export function ImprovingState({ project, improving, onCancelled }: ImprovingStateProps) {
  const { stage, progress, error } = improving;
  const title = text.title(project.mlflow_model_version ?? "");
  return (
    <section class="card stack" aria-labelledby="improving">
      <div class="row between">
        <h2 id="improving">{title}</h2>
        <strong class="share">{percent(Math.floor(progress * 100) / 100)}</strong>
      </div>
      <p>{text.says}</p>
      <progress aria-label={text.says} value={progress} max={1} />
      <p class="muted" role="status">{stage === null && error ? error : stageWords(stage)}</p>
      <div class="row">
        <ConfirmDialog
          action={text.cancel}
          title={text.cancelTitle}
          onConfirm={async () => {
            await cancelTraining(String(project.id));
            onCancelled();
          }}
        >
          <p>{text.cancelSays}</p>
        </ConfirmDialog>
      </div>
    </section>
  );
}
