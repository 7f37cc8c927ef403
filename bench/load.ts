/**
 * The load generator, a process of its own: each connection sends its next request when the last one
 * is answered. Plain bytes over TCP, since a whole HTTP client would take more of the machine than
 * the services do.
 *
 *     deno run -A bench/load.ts < load.json
 *
 * It says `{"warm": true}` when it begins to measure, and what it measured at the end.
 */
import { delay } from "@std/async/delay";

/** What is to be done; as JSON on stdin. */
export interface Load {
  port: number;
  connections: number;
  seconds: number;
  /** Seconds beforehand that do not count. */
  warmUp: number;
  /** Whole requests as they go over the wire; taken in turn. */
  requests: string[];
}

/** What was measured. */
export interface Measured {
  /** Answers by 200. */
  answers: number;
  /** Others, the first of them, and connections that broke. */
  faults: number;
  fault?: string;
  seconds: number;
  /** Milliseconds from the request to the end of its answer. */
  p50: number;
  p99: number;
}

const HEAD_END = [13, 10, 13, 10];

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as BodyInit).arrayBuffer());
}

async function run({ port, connections, seconds, warmUp, requests }: Load): Promise<Measured> {
  const encoded = requests.map((request) => new TextEncoder().encode(request));
  const begin = performance.now() + 1000 * warmUp;
  const end = begin + 1000 * seconds;
  const times: number[] = [];
  let next = 0;
  let faults = 0;
  let fault: string | undefined;

  async function connection(): Promise<void> {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port });
    socket.setNoDelay(true);
    const answers = new Answers(socket);
    for (;;) {
      const start = performance.now();
      if (start >= end) return;
      await socket.write(encoded[next++ % encoded.length]);
      const { status, text } = await answers.next();
      const now = performance.now();
      if (start < begin || now > end) continue;
      if (status === 200) times.push(now - start);
      else {
        faults++;
        fault ??= text();
      }
    }
  }

  const warm = delay(1000 * warmUp).then(() => console.log(JSON.stringify({ warm: true })));
  await Promise.all([
    warm,
    ...Array.from({ length: connections }, () =>
      connection().catch((error) => {
        faults++;
        fault ??= String(error);
      })),
  ]);
  times.sort((a, b) => a - b);
  const quantile = (q: number) => times[Math.min(times.length - 1, Math.floor(q * times.length))];
  return { answers: times.length, faults, fault, seconds, p50: quantile(0.5), p99: quantile(0.99) };
}

/** The answers on a connection, one after the other: each has its length in its head. */
class Answers {
  #socket: Deno.TcpConn;
  #buffer = new Uint8Array(1 << 20);
  #filled = 0;

  constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  /** Reads one answer to its end. */
  async next(): Promise<{ status: number; text: () => string }> {
    this.#filled = 0;
    let whole = Infinity;
    while (this.#filled < whole) {
      const count = await this.#socket.read(this.#buffer.subarray(this.#filled));
      if (count === null) throw new Error("The service closed a connection.");
      this.#filled += count;
      if (whole === Infinity) whole = this.#lengthOfAnswer();
    }
    const text = () => new TextDecoder().decode(this.#buffer.subarray(0, this.#filled));
    return { status: Number(String.fromCharCode(...this.#buffer.subarray(9, 12))), text };
  }

  #lengthOfAnswer(): number {
    const bytes = this.#buffer.subarray(0, this.#filled);
    const at = bytes.findIndex((_, i) => HEAD_END.every((byte, b) => bytes[i + b] === byte));
    if (at < 0) return Infinity;
    const head = new TextDecoder().decode(bytes.subarray(0, at));
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length === undefined) throw new Error(`An answer came without its length:\n${head}`);
    return at + HEAD_END.length + Number(length);
  }
}

if (import.meta.main) {
  const text = new TextDecoder().decode(await readAll(Deno.stdin.readable));
  console.log(JSON.stringify(await run(JSON.parse(text))));
}
