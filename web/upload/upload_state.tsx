/** Progress of an upload, by the bytes that the service confirmed. */
import type { Waiting } from "./retried.ts";
import { text } from "./upload_words.ts";
import type { Sending } from "./upload.ts";
import { useNow } from "../ui/use_now.ts";
import { bytes, percent } from "../ui/words.ts";

interface UploadStateProps {
  state: Sending;
  onStop: () => void;
}

export function UploadState({ state, onStop }: UploadStateProps) {
  const { sent, total, waiting, isWhole } = state;
  const share = total > 0 ? sent / total : 0;
  return (
    <div class="stack tight">
      <progress aria-label={text.title} value={share} max={1} />
      <div class="row between">
        <p class="muted" role="status">{!waiting && (isWhole ? text.whole : text.sending)}</p>
        <p class="muted">
          {text.of(bytes(sent), bytes(total), percent(Math.floor(share * 100) / 100))}
        </p>
      </div>
      {waiting && <UploadWait waiting={waiting} />}
      <div>
        <button type="button" class="button quiet small" onClick={onStop}>{text.stop}</button>
      </div>
    </div>
  );
}

/** Reason for a pause of the upload, and the time until the next retry. */
export function UploadWait({ waiting: { problem, until, goOn } }: { waiting: Waiting }) {
  const seconds = Math.max(0, Math.ceil((until - useNow()) / 1000));
  return (
    <div class="note warn row between">
      <p>
        <span role="alert">{problem.code === "unreachable" ? text.lost : problem.message}</span>
        {" "}
        <span class="muted">{text.nextTry(seconds)}</span>
      </p>
      <button type="button" class="button small" onClick={goOn}>{text.goOn}</button>
    </div>
  );
}
