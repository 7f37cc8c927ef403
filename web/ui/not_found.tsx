import { useLocation } from "preact-iso";
import { Page } from "./page.tsx";
import { text } from "./controls_words.ts";

/** Page of an unknown path. */
export function NotFound() {
  const { path } = useLocation();
  return (
    <Page title={text.notFound.title}>
      <div class="empty">
        <code>{path}</code>
        <p class="muted">{text.notFound.why}</p>
        <div class="row">
          <a class="button" href="/">{text.notFound.projects}</a>
          <a class="button quiet" href="/apps">{text.notFound.apps}</a>
        </div>
      </div>
    </Page>
  );
}
