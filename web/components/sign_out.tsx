/** Ends the session of this browser. */
import { useLocation } from "preact-iso";
import { logOut } from "../api.ts";
import { endSession } from "../session.ts";
import { text } from "../text/controls.ts";

export function SignOut() {
  const { route } = useLocation();
  const signOut = () => {
    // Where auth does not answer, this browser forgets the session all the same.
    logOut().catch(() => {});
    endSession(null);
    route("/sign-in");
  };
  return <button type="button" class="button quiet small" onClick={signOut}>{text.signOut}</button>;
}
