/** Texts of the account page and of the audit trail. */
import { dateTime } from "../words.ts";
import { text as entrance } from "./entrance.ts";

type Detail = Record<string, string | number | boolean | null>;

export const text = {
  title: "Account",
  name: "Name",
  email: "Email",
  onceOnly: "You signed in by a password that works only once. Choose one of your own now.",
  password: {
    title: "Password",
    present: "Present password",
    presentFault: "This",
    chosen: "New password",
    chosenFault: "The new password",
    hint: `${entrance.passwordHint} All your other sessions end.`,
    change: "Change password",
    changed: "Your password is changed, and your other sessions are ended.",
  },
  sessions: {
    title: "Sessions",
    says: "Ends your sessions in all browsers, this one too.",
    end: "Sign out everywhere",
    ended: "You are signed out everywhere.",
  },
  data: {
    title: "Your data",
    says: "All that is stored about you and what you own, as JSON; of your files, all but their " +
      "contents.",
    download: "Download",
  },
  delete: {
    action: "Delete account",
    title: "Delete your account?",
    says: "Your projects, files and models, your apps with their keys, counts and deliveries go " +
      "with it, for good.",
    type: (email: string) => `Type your email address, ${email}`,
    password: "Your password",
    passwordFault: "This",
    forGood: "Delete for good",
    done: "Your account is deleted, with everything that it owned.",
  },
  trail: {
    title: "What happened",
    what: "What",
    when: "When",
    details: "Details",
    reading: "Reading what happened…",
    showOlder: "Show older",
    actions: {
      "account.created": "Account made",
      "account.signed_in": "Signed in",
      "account.sign_in_failed": "Sign-in refused: wrong password",
      "account.signed_out": "Signed out",
      "account.signed_out_everywhere": "Signed out everywhere",
      "account.session_revoked":
        "Session ended: its token was used twice, perhaps by somebody else",
      "account.password_changed": "Password changed",
      "account.password_refused": "Wrong password, while signed in",
      "account.password_reset": "Password reset by an operator",
      "account.exported": "Data exported",
      "key.made_publishable": "Key made publishable",
      "identity_secret.made": "Identity secret made",
      "identity_secret.rotated": "Identity secret rotated",
    } as Record<string, string>,
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
  expires_at: (time) => `ends ${dateTime(time)}`,
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
