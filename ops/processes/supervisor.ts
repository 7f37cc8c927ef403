/**
 * Runs a list of programs: forwards their output, restarts them after a crash, ends them together.
 */
import { TextLineStream } from "@std/streams";

/** A program to keep running. */
export interface Program {
  /** Prefix of its lines. */
  name: string;
  command: string;
  args: string[];
  /** Added to the environment of this process. */
  env?: Record<string, string>;
  cwd?: string;
  /** User to run as, if this process is permitted to choose. */
  uid?: number;
  gid?: number;
  /** Awaited before each start, to clean up after an earlier run. */
  before?: () => Promise<void>;
  /** Receives its lines in place of `say`. */
  heard?: (line: string) => void;
  /** Signal that asks it to end; SIGTERM by default. */
  endSignal?: Deno.Signal;
}

export interface SupervisorOptions {
  /** Receives each line of a program, and lines of the supervisor about it. */
  say: (name: string, line: string) => void;
  /** Called at each start and restart. */
  started?: (name: string, pid: number) => void;
  /** Time to end after `endSignal`, in ms. */
  graceMs?: number;
  /** Backoff before the first restart, in ms; doubled for each crash soon after. */
  backoffMs?: number;
  /** Longest backoff, in ms. */
  longestWaitMs?: number;
}

export interface Supervisor {
  /** Current process id of a program; undefined between a crash and the restart. */
  pidOf(name: string): number | undefined;
  /**
   * Sends each program its `endSignal`, and SIGKILL after `graceMs`. Resolves when all have ended.
   */
  stop(): Promise<void>;
}

/** A program that ran this long before a crash gets the initial backoff, in ms. */
const SETTLED_MS = 30_000;
/** Time for the last lines of an ended program to arrive, in ms. */
const LAST_WORDS_MS = 500;

/** Starts the programs. */
export function supervise(programs: Program[], options: SupervisorOptions): Supervisor {
  const { say, started = () => {}, graceMs = 10_000, backoffMs = 500 } = options;
  const { longestWaitMs = 10_000 } = options;
  const running = new Map<string, Running>();
  const stopping = new AbortController();
  const all = programs.map(keepRunning);

  return {
    pidOf: (name) => running.get(name)?.pid,
    async stop() {
      stopping.abort();
      for (const { pid, endSignal } of running.values()) {
        signalGroup(pid, endSignal, { only: true });
      }
      const timer = setTimeout(() => {
        for (const [name, { pid }] of running) {
          say(name, `did not end within ${graceMs / 1000} s and is killed`);
          signalGroup(pid, "SIGKILL");
        }
      }, graceMs);
      await Promise.all(all);
      clearTimeout(timer);
    },
  };

  async function keepRunning(program: Program): Promise<void> {
    let wait = backoffMs;
    while (!stopping.signal.aborted) {
      const start = Date.now();
      const end = await runOnce(program);
      if (stopping.signal.aborted) return;
      if (Date.now() - start > SETTLED_MS) wait = backoffMs;
      say(program.name, `${end}; restarting in ${wait / 1000} s`);
      await sleep(wait, stopping.signal);
      wait = Math.min(2 * wait, longestWaitMs);
    }
  }

  /** Runs a program until it ends; returns how it ended. */
  async function runOnce(program: Program): Promise<string> {
    const { name, command, args, env, cwd, uid, gid } = program;
    let child: Deno.ChildProcess;
    try {
      await program.before?.();
      if (stopping.signal.aborted) return "stopped before it started";
      child = new Deno.Command(command, {
        ...{ args, env, cwd, uid, gid },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        // A process group of its own: Ctrl-C reaches only this process, which then ends the others
        // in order, and a program's leftover child processes can be killed with it.
        detached: true,
      }).spawn();
    } catch (error) {
      return `could not start: ${(error as Error).message}`;
    }
    running.set(name, { pid: child.pid, endSignal: program.endSignal ?? "SIGTERM" });
    started(name, child.pid);
    const hear = program.heard ?? ((line) => say(name, line));
    const silence = new AbortController();
    const lines = Promise.all(
      [child.stdout, child.stderr].map((stream) => read(stream, { hear, until: silence.signal })),
    );
    const { code, signal } = await child.status;
    running.delete(name);
    signalGroup(child.pid, "SIGKILL");
    // A descendant in another process group may hold the pipes open forever.
    const timer = setTimeout(() => silence.abort(), LAST_WORDS_MS);
    await lines;
    clearTimeout(timer);
    return signal ? `ended by ${signal}` : `ended with code ${code}`;
  }
}

/** A running process and the signal that asks it to end. */
interface Running {
  pid: number;
  endSignal: Deno.Signal;
}

async function read(
  stream: ReadableStream<Uint8Array>,
  { hear, until: signal }: { hear: (line: string) => void; until: AbortSignal },
): Promise<void> {
  try {
    const lines: ReadableStream<string> = stream
      .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>, { signal })
      .pipeThrough(new TextLineStream());
    for await (const line of lines) hear(line);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/**
 * Sends a signal to a process group, or only to its leader. A process that has ended is not an
 * error.
 */
export function signalGroup(
  pid: number,
  signal: Deno.Signal,
  { only = false }: { only?: boolean } = {},
): void {
  try {
    Deno.kill(only || Deno.build.os === "windows" ? pid : -pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
