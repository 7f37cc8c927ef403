import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { queueRules } from "./queue_config.ts";

Deno.test("the queue's settings have defaults, and an invalid setting is named", () => {
  const rules = queueRules({ RUNNING_OF_ONE: "", BUDGET_LIMIT_SECONDS: "60" });
  assertEquals([rules.runningOfOne, rules.trainings], [1, 100]);
  assertEquals([rules.settingLimits.budgetSeconds, rules.settingLimits.retrainHours], [60, 1]);
  const { message } = assertThrows(() => queueRules({ MEMORY_LIMIT_BYTES: "much" }), Error);
  assertStringIncludes(message, "MEMORY_LIMIT_BYTES");
});
