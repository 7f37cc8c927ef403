/** The top of every page: where one can go, who is signed in. */
import { useLocation } from "preact-iso";
import { logOut } from "../api.ts";
import { endSession, session } from "../session.ts";

const PLACES = [
  { href: "/", name: "Projects", holds: (path: string) => !/^\/(apps|account)/.test(path) },
  { href: "/apps", name: "Apps", holds: (path: string) => path.startsWith("/apps") },
];

export function Masthead() {
  const { path, route } = useLocation();
  const signOut = () => {
    // Where auth does not answer, this browser forgets the session all the same.
    logOut().catch(() => {});
    endSession(null);
    route("/sign-in");
  };
  return (
    <header class="masthead">
      <div>
        <a class="wordmark" href="/">
          <img src="/icon.svg" alt="" /> AiREC
        </a>
        <nav aria-label="Main">
          {PLACES.map(({ href, name, holds }) => (
            <a key={href} href={href} aria-current={holds(path) ? "page" : undefined}>{name}</a>
          ))}
        </nav>
        <div class="account">
          <a class="who" href="/account" aria-current={path === "/account" ? "page" : undefined}>
            {session.value?.name}
          </a>
          <button type="button" class="button quiet small" onClick={signOut}>
            Sign out
          </button>
        </div>
      </div>
    </header>
  );
}
