/**
 * Load generator, run as a separate process. It is closed-loop: each connection sends its next
 * request when the last response is complete. It writes plain bytes over TCP, since an HTTP client
 * would take more CPU than the services.
 *
 *     deno run -A bench/load.ts < load.json
 *
 * Prints `{"warm": true}` when measuring starts, and the measurements at the end.
 */
import { delay } from "@std/async/delay";

/** Parameters, read as JSON from stdin. */
export interface Load {
  port: number;
  connections: number;
  seconds: number;
  /** Warm-up in seconds, not measured. */
  warmUp: number;
  /** Complete HTTP requests, sent in rotation. */
  requests: string[];
}

/** Measurements, printed as JSON. */
export interface Measured {
  /** Number of responses with status 200. */
  answers: number;
  /** Number of other responses and broken connections, and the first of them. */
  faults: number;
  fault?: string;
  seconds: number;
  /** Latency from the request to the end of its response, in ms. */
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

/** Reads the responses of a connection, delimited by their content-length. */
class Answers {
  #socket: Deno.TcpConn;
  #buffer = new Uint8Array(1 << 20);
  #filled = 0;

  constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  /** Reads one complete response. */
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
