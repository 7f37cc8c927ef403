/** Header of each page: navigation and account. */
import { useLocation } from "preact-iso";
import { session } from "../api/session.ts";
import { SignOut } from "./sign_out.tsx";
import { text } from "../ui/controls_words.ts";

const PLACES = [
  {
    href: "/",
    name: text.places.projects,
    holds: (path: string) => path === "/" || path.startsWith("/projects"),
  },
  { href: "/apps", name: text.places.apps, holds: (path: string) => path.startsWith("/apps") },
];

export function Masthead() {
  const { path } = useLocation();
  return (
    <header class="masthead">
      <div>
        <a class="wordmark" href="/">
          <img src="/icon.svg" alt="" /> {text.brand}
        </a>
        <nav aria-label={text.places.main}>
          {PLACES.map(({ href, name, holds }) => (
            <a key={href} href={href} aria-current={holds(path) ? "page" : undefined}>{name}</a>
          ))}
        </nav>
        <div class="account">
          <a class="who" href="/account" aria-current={path === "/account" ? "page" : undefined}>
            {session.value?.name}
          </a>
          <div class="when-wide">
            <SignOut />
          </div>
        </div>
      </div>
    </header>
  );
}
