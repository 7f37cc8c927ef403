/** Ends this browser's session. */
import { useLocation } from "preact-iso";
import { logOut } from "../api/api.ts";
import { endSession } from "../api/session.ts";
import { text } from "../ui/controls_words.ts";

export function SignOut() {
  const { route } = useLocation();
  const signOut = () => {
    // The local session ends even where auth is unreachable.
    logOut().catch(() => {});
    endSession(null);
    route("/sign-in");
  };
  return <button type="button" class="button quiet small" onClick={signOut}>{text.signOut}</button>;
}
