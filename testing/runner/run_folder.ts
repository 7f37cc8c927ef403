/** Environment variable with the folder of a run of the tests. */
export const RUN_FOLDER = "AIREC_TEST_RUN";

/** Returns the folder that all test files of a run share; undefined outside of `task test`. */
export function runFolder(): string | undefined {
  return Deno.env.get(RUN_FOLDER) || undefined;
}
