import { assertEquals } from "@std/assert";
import {
  bearer,
  beginSession,
  endSession,
  isNoted,
  passwordChanged,
  session,
  signedOutBecause,
} from "./session.ts";

// Deno shares localStorage among test files; sessionStorage is this file's own.
Object.defineProperty(globalThis, "localStorage", { value: sessionStorage });

const ADA = { token: "t.o.k", name: "Ada", email: "ada@example.com", expires_in: 60 };

Deno.test("the token is only in memory; only the existence of a session is stored", () => {
  beginSession(ADA);
  assertEquals(bearer(), { authorization: "Bearer t.o.k" });
  assertEquals(isNoted(), true);
  const kept = JSON.stringify({ ...localStorage });
  assertEquals(kept.includes(ADA.token), false, kept);
  endSession(null);
});

Deno.test("the end of a session leaves only its reason, which a new session clears", () => {
  beginSession(ADA);
  endSession("Your session ended.");
  assertEquals([session.value, isNoted(), bearer()], [null, false, {}]);
  assertEquals(signedOutBecause.value, "Your session ended.");
  beginSession(ADA);
  assertEquals(signedOutBecause.value, null);
  endSession(null);
});

Deno.test("a one-time password must be changed, also after refreshes, until it is", () => {
  beginSession({ ...ADA, password_change_due: true });
  beginSession({ ...ADA, token: "n.e.w" });
  assertEquals(session.value!.passwordChangeDue, true);
  passwordChanged();
  beginSession(ADA);
  assertEquals(session.value!.passwordChangeDue, false);
  endSession(null);
});
