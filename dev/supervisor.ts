/** Keeps a list of programs running: shows what they say, restarts what crashes, ends them all. */
import { TextLineStream } from "@std/streams";

/** One program to keep running. */
export interface Program {
  /** Stands before each of its lines. */
  name: string;
  command: string;
  args: string[];
  /** Added to this process's environment. */
  env?: Record<string, string>;
  cwd?: string;
  /** The user it runs as, where this process may choose. */
  uid?: number;
  gid?: number;
  /** Awaited before each start, to clear what an earlier one left. */
  before?: () => Promise<void>;
  /** Takes its lines in the place of `say`. */
  heard?: (line: string) => void;
  /** Asks it to end; SIGTERM by default. */
  endSignal?: Deno.Signal;
}

export interface SupervisorOptions {
  /** Gets each line of a program, or of the supervisor about it. */
  say: (name: string, line: string) => void;
  /** Told whenever a program starts or starts again. */
  started?: (name: string, pid: number) => void;
  /** How long a program may take to end after SIGTERM, in ms. */
  graceMs?: number;
  /** The wait before the first restart, in ms; doubled for each crash soon after. */
  backoffMs?: number;
  /** The longest such wait, in ms. */
  longestWaitMs?: number;
}

export interface Supervisor {
  /** The process that runs a program now; undefined between a crash and its restart. */
  pidOf(name: string): number | undefined;
  /** SIGTERM to all, and SIGKILL to what has not ended in time. Resolves when all have ended. */
  stop(): Promise<void>;
}

/** A program that ran this long before a crash is restarted as after the first. */
const SETTLED_MS = 30_000;
/** How long the lines of a program that has ended may take to arrive. */
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
          say(name, `did not end within ${graceMs / 1000} s, so it is killed`);
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
      say(program.name, `${end}; starting it again in ${wait / 1000} s`);
      await sleep(wait, stopping.signal);
      wait = Math.min(2 * wait, longestWaitMs);
    }
  }

  /** Runs a program to its end and says how it ended. */
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
        // A process group of its own: Ctrl-C reaches this process alone, which then ends the rest
        // in order; and what a program leaves behind can be ended with it.
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
    // A process of a group of its own may hold the other end of the pipes for ever.
    const timer = setTimeout(() => silence.abort(), LAST_WORDS_MS);
    await lines;
    clearTimeout(timer);
    return signal ? `ended by ${signal}` : `ended with code ${code}`;
  }
}

/** A program's process, and what asks it to end. */
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

/** Sends a signal to a process group, or to its leader only; what is gone already is no fault. */
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
