import { assertEquals, assertStringIncludes } from "@std/assert";
import { problemOf } from "./problem.ts";

Deno.test("a problem document has a message, and an error for each field", async () => {
  const problem = await problemOf(Response.json({
    code: "invalid_input",
    detail: "2 fields are invalid; see errors.",
    request_id: "r-1",
    errors: [
      { pointer: "/email", detail: "must be an email address" },
      { pointer: "/content_schema_json/item_id", detail: "There is no column film." },
    ],
  }, { status: 422 }));
  assertEquals([problem.status, problem.code, problem.requestId], [422, "invalid_input", "r-1"]);
  assertEquals(problem.at("email", "Email"), "Email must be an email address.");
  assertEquals(problem.at("content_schema_json", "The mapping"), "There is no column film.");
  assertEquals(problem.at("name", "Name"), undefined);
});

Deno.test("a response without a problem document still has a message", async () => {
  const problem = await problemOf(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  assertEquals([problem.status, problem.code], [502, "unknown"]);
  assertStringIncludes(problem.message, "502");
});
