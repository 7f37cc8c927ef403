import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../http/config.ts";
import { webhooksConfig } from "./config.ts";

const GIVEN = {
  DATABASE_URL: "postgres://airec@localhost/airec",
  JWT_SECRET: "a secret of more than thirty-two bytes",
  SERVICE_SECRET: "another secret of more than thirty-two bytes",
  AIREC_SECRET_KEY: new Uint8Array(32).fill(255).toBase64({ alphabet: "base64url" }),
};

Deno.test("webhooks' settings have defaults, and the key is bytes", () => {
  const config = webhooksConfig(GIVEN);
  assertEquals(
    [config.WEBHOOKS_PORT, config.RECOMMENDER_URL, config.WEBHOOKS_ALLOW_LOOPBACK],
    [3001, "http://127.0.0.1:8000", false],
  );
  assertEquals(config.AIREC_SECRET_KEY, new Uint8Array(32).fill(255));
  assertEquals(
    webhooksConfig({ ...GIVEN, WEBHOOKS_ALLOW_LOOPBACK: "true" }).WEBHOOKS_ALLOW_LOOPBACK,
    true,
  );
});

Deno.test("a wrong key, URL or word is named", () => {
  const refused = (changes: Record<string, string>, words: string) =>
    assertThrows(() => webhooksConfig({ ...GIVEN, ...changes }), ConfigError, words);
  refused({ AIREC_SECRET_KEY: "" }, "AIREC_SECRET_KEY is missing");
  refused({ AIREC_SECRET_KEY: "c2hvcnQ" }, "AIREC_SECRET_KEY must be 32 bytes");
  refused({ AIREC_SECRET_KEY: "!" }, "AIREC_SECRET_KEY must be 32 bytes");
  refused({ RECOMMENDER_URL: "recommender:8000" }, "RECOMMENDER_URL must be");
  refused({ WEBHOOKS_ALLOW_LOOPBACK: "yes" }, "must be true or false");
});
