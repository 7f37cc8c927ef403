/** Where a training stands, while it waits and works. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ProjectDetails } from "../api.ts";
import { stageWords } from "../training_words.ts";
import { duration, percent } from "../words.ts";

export function TrainingState({ project }: { project: ProjectDetails }) {
  const { status, stage, progress, queued_at, started_at } = project;
  const now = useNow();
  const elapsed = duration(now - new Date(started_at ?? queued_at).getTime());
  if (status === "PENDING") {
    return (
      <section class="card stack" aria-labelledby="training">
        <h2 id="training">Waiting for the trainer</h2>
        <p role="status">
          The files are stored, and the training begins when the trainer is free, mostly at once.
        </p>
        <progress aria-label="Waiting" value={0} max={1} />
        <p class="muted">Waiting for {elapsed}.</p>
      </section>
    );
  }
  return (
    <section class="card stack" aria-labelledby="training">
      <div class="row between">
        <h2 id="training">Training</h2>
        <strong>{percent(Math.floor(progress * 100) / 100)}</strong>
      </div>
      <progress aria-label="Training" value={progress} max={1} />
      <div class="row between muted">
        <p role="status">{stageWords(stage)}</p>
        <p>{elapsed}</p>
      </div>
      <p class="small muted">You may close this page: the training goes on.</p>
    </section>
  );
}

/** The time, each second. */
function useNow(): number {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => now.value = Date.now(), 1000);
    return () => clearInterval(timer);
  }, []);
  return now.value;
}
