/** Setting of a feed of items, and its last fetch. */
import { useSignal } from "@preact/signals";
import { useLoad } from "../api/load.ts";
import { changeSettings, itemChanges, type Settings } from "../api/project_api.ts";
import { fieldsOf, useSubmit } from "../api/submit.ts";
import { Field } from "../ui/field.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { dateTime } from "../ui/words.ts";
import { text as settingsText } from "./settings_words.ts";

const text = settingsText.feed;

interface ItemFeedProps {
  id: string;
  settings: Settings;
  isTrained: boolean;
}

export function ItemFeed({ id, settings: { feed }, isTrained }: ItemFeedProps) {
  const saved = useSignal(false);
  const { busy, problem, run } = useSubmit();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const { url, every } = fieldsOf(event.currentTarget as HTMLFormElement);
    saved.value = false;
    run(async () => {
      await changeSettings(id, { feed: url ? { url, ...(every && { every }) } : null });
      saved.value = true;
    });
  };
  return (
    <form
      class="card stack"
      onSubmit={onSubmit}
      onInput={() => saved.value = false}
      noValidate
    >
      <h2>{text.title}</h2>
      <p class="muted small">{text.explanation}</p>
      <div class="mapping">
        <Field
          {...text.url}
          name="url"
          type="url"
          autocomplete="off"
          defaultValue={feed?.url ?? ""}
          fault={problem.value?.at("feed/url", text.url.label)}
        />
        <Field
          {...text.every}
          name="every"
          autocomplete="off"
          defaultValue={feed?.every ?? ""}
          fault={problem.value?.at("feed/every", text.every.label)}
        />
      </div>
      {feed && isTrained && <LastFetch id={id} />}
      <ProblemNote problem={problem.value} fields={["feed"]} />
      <div class="row">
        <button type="submit" class="button" disabled={busy.value}>{text.save}</button>
        <span role="status" class="muted">{saved.value && text.saved}</span>
      </div>
    </form>
  );
}

/** Result of the last fetch. */
function LastFetch({ id }: { id: string }) {
  const { value } = useLoad((signal) => itemChanges(id, signal), id);
  if (!value.value) return null;
  const { feed } = value.value;
  if (!feed) return <p class="muted small">{text.none}</p>;
  return (
    <p class={feed.error ? "note warn" : "muted small"}>
      {text.fetched(dateTime(feed.fetched_at))}
      {feed.error ?? text.counts(feed)}
      {feed.waits_for_training && text.waits}
    </p>
  );
}
