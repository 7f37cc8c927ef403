import { Page } from "../components/page.tsx";

/** What is said of a path where nothing stands. */
export function NotFound() {
  return (
    <Page title="There is no such page">
      <p>
        The address may be mistyped, or what was here is gone. <a href="/">Go to your projects</a>.
      </p>
    </Page>
  );
}
