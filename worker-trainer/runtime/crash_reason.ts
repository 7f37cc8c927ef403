/** How the process of a training ended without reporting a result, and what it was doing. */
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
    return `The training ran out of memory ${at}: it may hold ${gigabytes(bytes)}. ${LESS}`;
  }
  if (signal === "SIGKILL") {
    return `The training's process was killed ${at}, most often by the system for want of memory; ` +
      `it might hold ${gigabytes(bytes)}. ${LESS}`;
  }
  if (TOO_LARGE.test(lastWords)) {
    return `The training met more data than it can hold ${at}: a table or a text is larger than ` +
      "any may be. Train on fewer rows, or on shorter texts.";
  }
  const [, fault] = /Uncaught (?:\(in promise\) )?(\w*Error)\b/.exec(lastWords) ?? [];
  const how = fault
    ? `by a fault of the program (${fault})`
    : signal
    ? `by ${signal}, which ${NATIVE.has(signal) ? "native code raised" : "was sent to it"}`
    : `with code ${code}`;
  return `The training's process ended ${how} ${at}. The trainer's log has its last words.`;
}

const LESS = "Raise the project's memory_limit where the trainer's machine has more, " +
  "or train on less: fewer rows, or shorter texts.";

/** Signals raised by a fault of the processor or by an abort. */
const NATIVE = new Set<string>(["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGTRAP"]);

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
