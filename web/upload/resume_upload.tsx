/** Note about an upload that was interrupted by closing the page, and how to resume it. */
import { useSignal } from "@preact/signals";
import { giveUp } from "./parted_upload.ts";
import { forgetPending, isOf, pendingUpload } from "./pending_upload.ts";
import { text } from "./upload_words.ts";

const words = text.pending;

/** @param chosen files already selected again */
export function PendingUpload({ chosen }: { chosen: File[] }) {
  const pending = useSignal(pendingUpload());
  const files = pending.value?.files.filter((file) => !chosen.some((one) => isOf(file, one)));
  if (!files || files.length === 0) return null;
  const drop = () => {
    for (const { upload } of files) if (upload) giveUp(upload);
    forgetPending();
    pending.value = null;
  };
  return (
    <section class="note warn stack tight" aria-labelledby="pending">
      <h2 id="pending">{words.title}</h2>
      <p>{words.what(LIST.format(files.map(({ file_name }) => file_name)))}</p>
      <div>
        <button type="button" class="button quiet small" onClick={drop}>{words.drop}</button>
      </div>
    </section>
  );
}

const LIST = new Intl.ListFormat("en");
