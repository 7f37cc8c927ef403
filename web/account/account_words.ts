/** Texts of the account page and of the audit trail. */
import { dateTime } from "../ui/words.ts";
import { text as entrance } from "./entrance_words.ts";

type Detail = Record<string, string | number | boolean | null>;

export const text = {
  title: "Account",
  name: "Name",
  email: "Email",
  onceOnly: "You signed in with a one-time password. Choose a new password now.",
  password: {
    title: "Password",
    present: "Current password",
    presentFault: "This",
    chosen: "New password",
    chosenFault: "The new password",
    hint: `${entrance.passwordHint} Changing it ends all your other sessions.`,
    change: "Change password",
    changed: "Your password was changed, and your other sessions were ended.",
  },
  sessions: {
    title: "Sessions",
    explanation: "Signs you out in all browsers, including this one.",
    end: "Sign out everywhere",
    ended: "You are signed out everywhere.",
  },
  data: {
    title: "Your data",
    explanation: "Everything stored about you as JSON, except the contents of your files, and of " +
      "live events the last 100,000 of each project.",
    download: "Download",
  },
  delete: {
    action: "Delete account",
    title: "Delete your account?",
    explanation:
      "This also deletes your projects, files, models, apps, keys, usage and deliveries. It " +
      "cannot be undone.",
    type: (email: string) => `Type your email address, ${email}`,
    password: "Your password",
    passwordFault: "This",
    forGood: "Delete permanently",
    done: "Your account and all its data were deleted.",
  },
  trail: {
    title: "Audit log",
    what: "Action",
    by: "By",
    when: "Time",
    details: "Details",
    reading: "Loading the audit log…",
    showOlder: "Show older",
    actions: {
      "account.created": "Account created",
      "account.signed_in": "Signed in",
      "account.sign_in_failed": "Sign-in failed: wrong password",
      "account.signed_out": "Signed out",
      "account.signed_out_everywhere": "Signed out everywhere",
      "account.session_revoked":
        "Session ended: its refresh token was reused, possibly by someone else",
      "account.password_changed": "Password changed",
      "account.password_refused": "Wrong password while signed in",
      "account.password_reset": "Password reset by an operator",
      "account.exported": "Data exported",
      "key.made_publishable": "Key made publishable",
      "identity_secret.made": "Identity secret created",
      "identity_secret.rotated": "Identity secret rotated",
    } as Record<string, string>,
    /** Labels of the API's `actor`. */
    actor: (actor: string | null, userId: string | undefined) => {
      if (actor === null) return "Unknown";
      if (actor === "system") return "AiREC";
      if (actor.startsWith("key:")) return "An API key";
      return actor === `account:${userId}` ? "You" : "Another account";
    },
    /** Fallback for actions without a text: `api_key.revoked` → "Api key revoked". */
    action: (action: string) => {
      const words = action.replaceAll(/[._]/g, " ");
      return words[0].toUpperCase() + words.slice(1);
    },
    /** Details of an entry: the object first, then the client. */
    detail: (detail: Detail) =>
      Object.entries(DETAILS).flatMap(([key, words]) =>
        detail[key] === undefined || detail[key] === null ? [] : words(String(detail[key]))
      ).join(" · "),
  },
};

/** Details that are shown; ids are left out. */
const DETAILS: Record<string, (value: string) => string> = {
  project_name: (name) => name,
  app_name: (name) => name,
  name: (name) => name,
  kind: (kind) => kind,
  key_last_four: (digits) => `…${digits}`,
  model_version: (version) => `version ${version}`,
  by: (who) => `by ${who}`,
  origin: (address) => address,
  file_name: (name) => name,
  reason: (reason) => reason,
  expires_at: (time) => `expires ${dateTime(time)}`,
  user_agent: browserOf,
  address: (address) => address,
};

/** Returns a user agent as "Chrome on Linux"; the product name if it is no browser. */
function browserOf(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent.replace("Headless", ""))?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS|Linux)/.exec(agent)?.[1];
  if (!browser) return agent.split(/[\s/]/, 1)[0];
  const name = { Edg: "Edge", OPR: "Opera" }[browser] ?? browser;
  return system ? `${name} on ${system}` : name;
}
