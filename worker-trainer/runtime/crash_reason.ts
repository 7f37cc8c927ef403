/** End of a training process that reported no result, and its stage at that time. */
export interface Crash {
  /** The last stage it reported. */
  stage: string;
  /** Its memory limit in bytes. */
  bytes: number;
  /** Its exit code, and the signal that ended it, if any. */
  code: number;
  signal: Deno.Signal | null;
  /** The end of its standard error. */
  lastWords: string;
}

/** Message of the memory watchdog. */
export const OUT_OF_MEMORY = "The process is out of memory";

/** Messages of V8, the Rust runtime, the C++ library and the system when memory is exhausted. */
const SHORTAGE = new RegExp(
  [
    OUT_OF_MEMORY,
    "JavaScript out of memory",
    "process out of memory",
    "Array buffer allocation failed",
    "could not allocate memory",
    "Unable to grow instance memory",
    "memory allocation of \\d+ bytes failed",
    "bad_alloc",
    "Cannot allocate memory",
    "failed to spawn thread",
  ].join("|"),
);

/** Messages of V8 when a table or a string exceeds its maximum size. */
const TOO_LARGE = /(Map|Set) maximum size exceeded|Invalid (string|array|typed array) length/;

/** Returns whether a text, such as an error message, reports that memory is exhausted. */
export function isShortage(text: string): boolean {
  return SHORTAGE.test(text);
}

/**
 * Returns sentences for the project's owner: the stage, the likely cause, and what to do. The
 * process's own output may contain paths and is only logged.
 */
export function crashReason({ stage, bytes, code, signal, lastWords }: Crash): string {
  const at = `at the stage "${stage}"`;
  if (isShortage(lastWords)) {
    return `The training ran out of memory ${at}: its limit was ${gigabytes(bytes)}. ${LESS}`;
  }
  if (signal === "SIGKILL") {
    return `The training process was killed ${at}, probably by the system because memory ran ` +
      `out; its limit was ${gigabytes(bytes)}. ${LESS}`;
  }
  if (TOO_LARGE.test(lastWords)) {
    return `The data are too large ${at}: a table or a text exceeds the maximum size. ` +
      "Train on fewer rows, or on shorter texts.";
  }
  const [, fault] = /Uncaught (?:\(in promise\) )?(\w*Error)\b/.exec(lastWords) ?? [];
  const how = fault
    ? `by an internal error (${fault})`
    : signal
    ? `by ${signal}, which ${NATIVE.has(signal) ? "native code raised" : "was sent to it"}`
    : `with code ${code}`;
  return `The training process ended ${how} ${at}. The trainer's log has its last output.`;
}

const LESS = "Raise the project's memory_limit if the trainer's machine has more memory, " +
  "or train on less data: fewer rows, or shorter texts.";

/** Signals raised by a fault of the processor or by an abort. */
const NATIVE = new Set<string>(["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGTRAP"]);

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
