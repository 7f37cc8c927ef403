/** Routes of the dashboard and the sign-in guard. */
import type { ComponentChildren } from "preact";
import { ErrorBoundary, lazy, LocationProvider, Route, Router, useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { Masthead } from "./account/masthead.tsx";
import { AppPage } from "./apps/app_page.tsx";
import { Apps } from "./apps/apps.tsx";
import { NotFound } from "./ui/not_found.tsx";
import { Project } from "./project/project.tsx";
import { Projects } from "./projects/projects.tsx";
import { SignIn } from "./account/sign_in.tsx";
import { SignUp } from "./account/sign_up.tsx";
import { session } from "./api/session.ts";
import { text } from "./ui/controls_words.ts";

const Account = lazy(() => import("./account/account.tsx").then((page) => page.Account));
const NewProject = lazy(() => import("./projects/new_project.tsx").then((page) => page.NewProject));
const ProjectSettings = lazy(() =>
  import("./project/project_settings.tsx").then((page) => page.ProjectSettings)
);
const Report = lazy(() => import("./report/report_page.tsx").then((page) => page.Report));
const Results = lazy(() => import("./results/results_page.tsx").then((page) => page.Results));
const TryIt = lazy(() => import("./trial/try_it.tsx").then((page) => page.TryIt));
const Versions = lazy(() => import("./versions/versions.tsx").then((page) => page.Versions));

export function App() {
  return (
    <LocationProvider>
      <ErrorBoundary>
        <Door>
          <Router onRouteChange={toTheTop}>
            <Route path="/sign-in" component={SignIn} />
            <Route path="/sign-up" component={SignUp} />
            <Route path="/" component={Projects} />
            <Route path="/projects/new" component={NewProject} />
            <Route path="/projects/:id" component={Project} />
            <Route path="/projects/:id/report" component={Report} />
            <Route path="/projects/:id/results" component={Results} />
            <Route path="/projects/:id/versions" component={Versions} />
            <Route path="/projects/:id/try" component={TryIt} />
            <Route path="/projects/:id/settings" component={ProjectSettings} />
            <Route path="/apps" component={Apps} />
            <Route path="/apps/:id" component={AppPage} />
            <Route path="/account" component={Account} />
            <Route default component={NotFound} />
          </Router>
        </Door>
      </ErrorBoundary>
    </LocationProvider>
  );
}

const OPEN = ["/sign-in", "/sign-up"];

/** Redirects signed-out users to the sign-in page, and back to the requested page after sign-in. */
function Door({ children }: { children: ComponentChildren }) {
  const { path, url, query, route } = useLocation();
  const signedIn = session.value !== null;
  const isOpen = OPEN.includes(path);
  useEffect(() => {
    if (!signedIn && !isOpen) {
      route(url === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(url)}`, true);
    }
    if (signedIn && isOpen) {
      route(session.value?.passwordChangeDue ? "/account" : placeAfter(query.next), true);
    }
  }, [signedIn, isOpen]);
  if (signedIn === isOpen) return null;
  if (isOpen) return <main>{children}</main>;
  return (
    <>
      <a class="skip" href="#content">{text.skip}</a>
      <Masthead />
      <main class="page" id="content" tabIndex={-1}>{children}</main>
    </>
  );
}

/** Returns `next` if it is a path of this site, else `/`. Prevents open redirects. */
function placeAfter(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}

let shown = location.pathname;

/**
 * Scrolls to the top and moves the focus to the content when the path changes. A changed query is
 * the same page.
 */
function toTheTop() {
  if (location.pathname === shown) return;
  shown = location.pathname;
  scrollTo(0, 0);
  document.getElementById("content")?.focus({ preventScroll: true });
}
