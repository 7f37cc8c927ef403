/** Bytes V8 reserves for code in each thread; the limit counts them although little is used. */
const CODE_BYTES = 550e6;

/** A program and its arguments. */
export interface Program {
  command: string;
  args: string[];
}

/**
 * Sets the limit, makes the process Linux's first candidate for the out-of-memory killer, and
 * executes the program; `$0` is the limit in KiB. If that is not permitted, the program runs under
 * the existing limits.
 */
const LIMITED = 'echo 1000 > /proc/self/oom_score_adj; ulimit -d "$0"; exec "$@"';

/**
 * Wraps a program of this runtime so that an allocation fails if it would bring its data segment
 * (RLIMIT_DATA) above `bytes`: heap, ArrayBuffer, SharedArrayBuffer and WebAssembly of all its
 * threads. Only Linux counts all of those; on other systems the program is returned unchanged.
 *
 * This is a backstop to `watchMemory`, which enforces the exact limit: until a program has started
 * all its threads, the memory reserved for them can be used for data.
 * @param threads maximum number of threads the program starts besides its main thread.
 */
export function limitedProgram(
  { command, args }: Program,
  { bytes, threads }: { bytes: number; threads: number },
): Program {
  if (Deno.build.os !== "linux") return { command, args };
  const kibibytes = Math.ceil((bytes + (1 + threads) * CODE_BYTES) / 1024);
  return { command: "/bin/sh", args: ["-c", LIMITED, String(kibibytes), command, ...args] };
}
