import { assert, assertEquals } from "@std/assert";
import { Webhook } from "standardwebhooks";
import { newWebhookSecret, signedHeaders } from "./signature.ts";

Deno.test("the specification's vector is signed as it says", async () => {
  const headers = await signedHeaders('{"test": 2432232314}', {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1614265330,
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  });
  assertEquals(headers["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

Deno.test("a new secret signs what the reference library verifies", async () => {
  const secret = newWebhookSecret();
  assert(/^whsec_[A-Za-z0-9+/]{43}=$/.test(secret));
  const body = '{"title":"Amélie"}';
  const headers = await signedHeaders(body, {
    id: "msg_1",
    timestamp: Math.floor(Date.now() / 1000),
    secret,
  });
  assertEquals(new Webhook(secret).verify(body, headers), { title: "Amélie" });
});
