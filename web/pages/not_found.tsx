import { Page } from "../components/page.tsx";
import { text } from "../text/controls.ts";

/** What is said of a path where nothing stands. */
export function NotFound() {
  return (
    <Page title={text.notFound.title}>
      <p>
        {text.notFound.why} <a href="/">{text.notFound.projects}</a>
      </p>
    </Page>
  );
}
