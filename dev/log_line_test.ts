import { assertEquals } from "@std/assert";
import { logLine } from "./log_line.ts";

Deno.test("a JSON entry is shown as its message and members; other lines are unchanged", () => {
  assertEquals(
    logLine('{"level":"info","message":"GET /me 200","service":"auth","request_id":"x","ms":1.5}'),
    "GET /me 200  ms=1.5",
  );
  assertEquals(
    logLine('{"level":"error","message":"no luck","stack":"at here"}'),
    "ERROR  no luck\nat here",
  );
  assertEquals(logLine("VITE ready"), "VITE ready");
  assertEquals(logLine("{ not json"), "{ not json");
});
