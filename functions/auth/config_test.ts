import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../http/config.ts";
import { authConfig } from "./config.ts";

const GIVEN = {
  DATABASE_URL: "postgres://airec@localhost/airec",
  JWT_SECRET: "a secret of more than thirty-two bytes",
  PASSWORD_PEPPER: "a pepper of more than thirty-two bytes",
};

Deno.test("auth's settings have defaults", () => {
  const { AUTH_PORT, BCRYPT_COST, SIGNUP } = authConfig(GIVEN);
  assertEquals([AUTH_PORT, BCRYPT_COST, SIGNUP], [8080, 12, "open"]);
  assertEquals(authConfig(GIVEN).TRUSTED_PROXIES, []);
  assertEquals(
    authConfig({ ...GIVEN, TRUSTED_PROXIES: "10.0.0.0/8, ::1" }).TRUSTED_PROXIES.length,
    2,
  );
});

Deno.test("a cost under the floor, no pepper or an unknown word is refused", () => {
  assertThrows(() => authConfig({ ...GIVEN, BCRYPT_COST: "9" }), ConfigError, "BCRYPT_COST");
  assertThrows(() => authConfig({ ...GIVEN, PASSWORD_PEPPER: "" }), ConfigError, "PASSWORD_PEPPER");
  assertThrows(() => authConfig({ ...GIVEN, SIGNUP: "ajar" }), ConfigError, "open or closed");
  assertThrows(
    () => authConfig({ ...GIVEN, TRUSTED_PROXIES: "all" }),
    ConfigError,
    "TRUSTED_PROXIES",
  );
});
