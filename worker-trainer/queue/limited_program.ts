/** Bytes that V8 sets aside a thread for code, which the limit counts although little lies there. */
const CODE_BYTES = 550e6;

/** A program with its arguments. */
export interface Program {
  command: string;
  args: string[];
}

/**
 * Sets the limit, makes the process the first one that Linux ends where the machine has no memory
 * left, and becomes the program; `$0` is the limit in KiB. Where even that is refused, the program
 * runs under the limits that there are.
 */
const LIMITED = 'echo 1000 > /proc/self/oom_score_adj; ulimit -d "$0"; exec "$@"';

/**
 * Wraps a program of this runtime so that an allocation fails which would bring its data segment
 * (RLIMIT_DATA) above `bytes`: heap, ArrayBuffer, SharedArrayBuffer and WebAssembly alike, of all
 * its threads. Linux alone counts all of those: on other systems the program is given back as it is.
 * It is the wall behind `watchMemory`, which holds the figure itself: as long as a program has not
 * started all its threads, what is set aside for them may be filled with data.
 * @param threads that the program starts at most beside its main one.
 */
export function limitedProgram(
  { command, args }: Program,
  { bytes, threads }: { bytes: number; threads: number },
): Program {
  if (Deno.build.os !== "linux") return { command, args };
  const kibibytes = Math.ceil((bytes + (1 + threads) * CODE_BYTES) / 1024);
  return { command: "/bin/sh", args: ["-c", LIMITED, String(kibibytes), command, ...args] };
}
