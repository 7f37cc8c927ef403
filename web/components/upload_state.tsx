/** How much of an upload has left, truly. */
import { bytes, percent } from "../words.ts";

interface UploadStateProps {
  /** Null before the first byte. */
  state: { sent: number; total: number } | null;
  onStop: () => void;
}

export function UploadState({ state, onStop }: UploadStateProps) {
  const share = state && state.total > 0 ? state.sent / state.total : 0;
  const isSent = state !== null && state.sent === state.total;
  return (
    <div class="stack tight">
      <progress aria-label="Upload" value={share} max={1} />
      <div class="row between">
        <p class="muted" role="status">
          {isSent ? "All is sent; the service looks it through." : "Uploading."}
        </p>
        {state && (
          <p class="muted">
            {bytes(state.sent)} of {bytes(state.total)}, {percent(Math.floor(share * 100) / 100)}
          </p>
        )}
      </div>
      <div>
        <button type="button" class="button quiet small" onClick={onStop}>Stop</button>
      </div>
    </div>
  );
}
