import { assert, assertEquals, assertThrows } from "@std/assert";
import { Webhook } from "standardwebhooks";
import { newWebhookSecret, signedHeaders } from "./signature.ts";

Deno.test("the signature matches the test vector of the specification", async () => {
  const headers = await signedHeaders('{"test": 2432232314}', {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1614265330,
    secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  });
  assertEquals(headers["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

Deno.test("a new secret produces signatures that the reference library verifies", async () => {
  const secret = newWebhookSecret();
  assert(/^whsec_[A-Za-z0-9+/]{43}=$/.test(secret));
  const body = '{"title":"Amélie"}';
  const headers = await signedHeaders(body, {
    id: "msg_1",
    timestamp: Math.floor(Date.now() / 1000),
    secrets: [secret],
  });
  assertEquals(new Webhook(secret).verify(body, headers), { title: "Amélie" });
});

Deno.test("while a secret is replaced, receivers that know either one verify", async () => {
  const secrets = [newWebhookSecret(), newWebhookSecret()];
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = await signedHeaders("{}", { id: "msg_1", timestamp, secrets });
  for (const secret of secrets) assertEquals(new Webhook(secret).verify("{}", headers), {});
  assertThrows(() => new Webhook(newWebhookSecret()).verify("{}", headers));
});
