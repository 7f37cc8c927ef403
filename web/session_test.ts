import { assertEquals } from "@std/assert";
import { beginSession, endSession, restoreSession, session, signedOutBecause } from "./session.ts";

const ADA = { token: "t.o.k", name: "Ada", email: "ada@example.com", expires_in: 60 };

Deno.test("a session outlives a reload until its token expires", () => {
  beginSession(ADA);
  const { expiresAt } = session.value!;
  const { token, name, email } = ADA;
  assertEquals(restoreSession(sessionStorage), { token, name, email, expiresAt });
  assertEquals(restoreSession(sessionStorage, expiresAt), null);
  endSession(null);
});

Deno.test("the end of a session leaves nothing behind but its reason, and a new one clears that", () => {
  beginSession(ADA);
  endSession("Your session ended.");
  assertEquals([session.value, restoreSession(sessionStorage)], [null, null]);
  assertEquals(signedOutBecause.value, "Your session ended.");
  beginSession(ADA);
  assertEquals(signedOutBecause.value, null);
  endSession(null);
});

Deno.test("what is no session is none", () => {
  for (const kept of ["", "{", "[]", '"x"', '{"token":7}', '{"token":"t","expiresAt":"never"}']) {
    sessionStorage.setItem("airec.session", kept);
    assertEquals(restoreSession(sessionStorage), null, kept);
  }
  sessionStorage.clear();
});
