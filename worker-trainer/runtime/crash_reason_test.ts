import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { crashReason } from "./crash_reason.ts";

const crash = { stage: "fit ease", bytes: 3e9, code: 1, signal: null, lastWords: "" };

Deno.test("a lack of memory is reported by the process that noticed it", () => {
  const words = [
    "# Fatal JavaScript out of memory: Reached heap limit",
    "# Fatal process out of memory: Worklist::Segment::Create",
    "error: Uncaught (in promise) RangeError: Array buffer allocation failed",
    "RangeError: WebAssembly.Memory.grow(): Unable to grow instance memory",
    "RangeError: WebAssembly.Memory(): could not allocate memory",
    "memory allocation of 8589934592 bytes failed",
    "terminate called after throwing an instance of 'std::bad_alloc'",
    "The process is out of memory: 4000000000 of 3000000000 bytes",
  ];
  for (const lastWords of words) {
    assertEquals(
      crashReason({ ...crash, lastWords }),
      'The training ran out of memory at the stage "fit ease": its limit was 3.0 GB. Raise the ' +
        "project's memory_limit if the trainer's machine has more memory, or train on less data: fewer " +
        "rows, or shorter texts.",
    );
  }
});

Deno.test("every other crash is reported by stage and likely cause, without the program's output", () => {
  const lastWords = "error: Uncaught (in promise) TypeError: x is none\n  at /srv/secret/path.ts:1";
  const fault = crashReason({ ...crash, lastWords });
  assertStringIncludes(fault, "by an internal error (TypeError)");
  assert(!fault.includes("/srv"), fault);
  assertStringIncludes(crashReason({ ...crash, signal: "SIGSEGV" }), "which native code raised");
  assertStringIncludes(crashReason({ ...crash, signal: "SIGTERM" }), "which was sent to it");
  assertStringIncludes(crashReason({ ...crash, signal: "SIGKILL" }), "because memory ran out");
  assertStringIncludes(crashReason({ ...crash, code: 7 }), "with code 7");
  const large = "RangeError: Map maximum size exceeded";
  assertStringIncludes(crashReason({ ...crash, lastWords: large }), "data are too large");
  for (const signal of ["SIGSEGV", "SIGKILL", null] as const) {
    assertStringIncludes(crashReason({ ...crash, signal }), 'at the stage "fit ease"');
  }
});
