import { lazy, useLocation, useRoute } from "preact-iso";
import { deleteApp, listApps } from "../api/api.ts";
import { DeleteByName } from "../ui/delete_by_name.tsx";
import { Page } from "../ui/page.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { useLoad } from "../api/load.ts";
import { text } from "./app_words.ts";
import "../styles/apps.css";

const AppKeys = lazy(() => import("./app_keys.tsx").then((part) => part.AppKeys));
const AppIdentity = lazy(() => import("./app_identity.tsx").then((part) => part.AppIdentity));
const UsageChart = lazy(() => import("./usage_chart.tsx").then((part) => part.UsageChart));
const AppEndpoints = lazy(() => import("./app_endpoints.tsx").then((part) => part.AppEndpoints));
const AppDeliveries = lazy(() => import("./app_deliveries.tsx").then((part) => part.AppDeliveries));

/** Page of an app: keys and usage, endpoints, deliveries. The tab is part of the URL. */
export function AppPage() {
  const { params: { id } } = useRoute();
  const { path, query, route } = useLocation();
  const { value, problem, reload } = useLoad(async (signal) => {
    const apps = await listApps(signal);
    return { app: apps.find(({ app_id }) => app_id === id) };
  }, id);
  const { app } = value.value ?? {};
  if (!app) {
    const isMissing = value.value !== undefined || problem.value?.status === 404;
    return (
      <Page title={isMissing ? text.missing : text.title}>
        {problem.value
          ? <ProblemNote problem={problem.value} retry={isMissing ? undefined : reload} />
          : !isMissing && <p class="muted" role="status">{text.reading}</p>}
        <p>
          <a href="/apps">{text.all}</a>
        </p>
      </Page>
    );
  }
  const part = query.part === "webhooks" || query.part === "deliveries" ? query.part : "overview";
  const places = [
    { part: "overview", href: path, name: text.parts.overview },
    { part: "webhooks", href: `${path}?part=webhooks`, name: text.parts.webhooks },
    { part: "deliveries", href: `${path}?part=deliveries`, name: text.parts.deliveries },
  ];
  return (
    <Page title={app.app_name}>
      <nav class="tabs" aria-label={text.title}>
        {places.map(({ part: at, href, name }) => (
          <a key={at} href={href} aria-current={at === part ? "page" : undefined}>{name}</a>
        ))}
      </nav>
      <div class="stack wide">
        <ProblemNote problem={problem.value} retry={reload} />
        {part === "webhooks" && <AppEndpoints key={id} appId={id} onChanged={reload} />}
        {part === "deliveries" && <AppDeliveries key={id} appId={id} />}
        {part === "overview" && (
          <>
            <p class="muted">
              {text.registered(app.created_at, app.last_used_at)}
            </p>
            <UsageChart key={id} appId={id} />
            <AppKeys key={id} appId={id} onChanged={reload} />
            <AppIdentity key={id} appId={id} />
            <div>
              <DeleteByName
                noun={text.delete.noun}
                name={app.app_name}
                consequence={text.delete.consequence}
                onDelete={async () => {
                  await deleteApp(id);
                  route("/apps");
                }}
              />
            </div>
          </>
        )}
      </div>
    </Page>
  );
}
