import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError, port, readConfig, SERVICE_SETTINGS } from "./config.ts";

const GIVEN = {
  DATABASE_URL: "postgres://airec@localhost/airec",
  JWT_SECRET: "a secret of more than thirty-two bytes",
};

Deno.test("settings have defaults, and an empty one counts as missing", () => {
  const config = readConfig({ ...SERVICE_SETTINGS, PORT: port(8080) }, { ...GIVEN, HOST: "" });
  assertEquals([config.HOST, config.PORT, config.JWT_SECRET_PREVIOUS], [
    "127.0.0.1",
    8080,
    undefined,
  ]);
  assertEquals(readConfig({ PORT: port(8080) }, { PORT: "0" }).PORT, 0);
});

Deno.test("each invalid setting is named, without its value", () => {
  const error = assertThrows(
    () => readConfig(SERVICE_SETTINGS, { JWT_SECRET: "tooshort" }),
    ConfigError,
  );
  assertStringIncludes(error.message, "DATABASE_URL is missing");
  assertStringIncludes(error.message, "JWT_SECRET is too short");
  assertEquals(error.message.includes("tooshort"), false);
});
