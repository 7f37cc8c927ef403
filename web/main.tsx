/** Entry point of the dashboard. */
import { render } from "preact";
import { App } from "./app.tsx";
import { loadConfig } from "./api/config.ts";
import { keepSession, restoreSession } from "./api/refresh.ts";
import { followOtherTabs } from "./api/session.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/parts.css";
import "./styles/lists.css";
import "./styles/import.css";

const root = document.getElementById("app")!;

try {
  await loadConfig();
  await restoreSession();
  keepSession();
  followOtherTabs();
  render(<App />, root);
} catch (error) {
  render(<p class="narrow" role="alert">{(error as Error).message}</p>, root);
}
