import { assertEquals } from "@std/assert";
import { loggedPath } from "./logged_path.ts";

Deno.test("the log contains no key and no user id", () => {
  for (
    const [path, logged] of [
      ["/project/7/recommendations", "/project/7/recommendations"],
      ["/project/7/users", "/project/7/users"],
      ["/project/7/users/ann", "/project/7/users/…"],
      ["/project/7/users/a%2Fb%20c/history", "/project/7/users/…/history"],
      ["/api/model/7/airec_live_abcDEF123", "/api/model/7/airec_live_…"],
      ["/api/x/airec_identity_abc/y", "/api/x/airec_identity_…/y"],
    ]
  ) assertEquals(loggedPath(path), logged);
});
