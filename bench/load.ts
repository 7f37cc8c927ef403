/**
 * Load generator, run as a separate process. It is closed-loop: each connection sends its next
 * request when the last response is complete, or with `perSecond` when the next one is due. It
 * writes plain bytes over TCP, since an HTTP client would take more CPU than the services.
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
  /** Rate of all connections together; as fast as possible if absent. Latency is from the due time. */
  perSecond?: number;
  /** Complete HTTP requests, sent in rotation; each `UNIQUE` becomes another number each time. */
  requests: string[];
}

/** Text in a request that is replaced by a number of as many digits, which no other run has. */
export const UNIQUE = "one__another";

/** Measurements, printed as JSON. */
export interface Measured {
  /** Number of responses with status 200 or 202 in these seconds. */
  answers: number;
  /** Number of other responses and broken connections, and the first of them. */
  faults: number;
  fault?: string;
  seconds: number;
  /**
   * Latency from the request to the end of its response, in ms; with `perSecond` also of responses
   * after these seconds, to requests that were due in them.
   */
  p50: number;
  p95: number;
  p99: number;
}

/** Returns a complete request with a JSON body by key. */
export function postByKey(path: string, key: string, body: unknown): string {
  const text = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\nhost: airec\r\ncontent-type: application/json\r\n` +
    `x-api-key: ${key}\r\ncontent-length: ${new TextEncoder().encode(text).length}\r\n\r\n${text}`;
}

const HEAD_END = [13, 10, 13, 10];

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as BodyInit).arrayBuffer());
}

async function run(
  { port, connections, seconds, warmUp, perSecond, requests }: Load,
): Promise<Measured> {
  const bytesOf = requestBytes(requests);
  const opened = performance.now();
  const begin = performance.now() + 1000 * warmUp;
  const end = begin + 1000 * seconds;
  const times: number[] = [];
  let answered = 0;
  let next = 0;
  let faults = 0;
  let fault: string | undefined;

  async function connection(): Promise<void> {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port });
    socket.setNoDelay(true);
    const answers = new Answers(socket);
    for (;;) {
      const place = next++;
      const start = perSecond ? opened + 1000 * place / perSecond : performance.now();
      if (start >= end) return;
      const early = start - performance.now();
      if (early > 0) await delay(early);
      await writeAll(socket, bytesOf(place));
      const { status, text } = await answers.next();
      const now = performance.now();
      if (start < begin || (now > end && !perSecond)) continue;
      if (status === 200 || status === 202) {
        times.push(now - start);
        if (now <= end) answered++;
      } else {
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
  return {
    answers: answered,
    faults,
    fault,
    seconds,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
  };
}

/** Returns a function from a request's place in the run to its bytes. */
function requestBytes(requests: string[]): (place: number) => Uint8Array {
  const encoder = new TextEncoder();
  const encoded = requests.map((request) => ({
    bytes: encoder.encode(request),
    // Before each of them the request is ASCII, so that characters are bytes.
    unique: Array.from(request.matchAll(new RegExp(UNIQUE, "g")), ({ index }) => index),
  }));
  let number = Date.now() % 1e8 * 1e4;
  return (place) => {
    const { bytes, unique } = encoded[place % encoded.length];
    if (unique.length === 0) return bytes;
    const own = bytes.slice();
    for (const at of unique) {
      encoder.encodeInto(String(number++).padStart(UNIQUE.length, "0"), own.subarray(at));
    }
    return own;
  };
}

async function writeAll(socket: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await socket.write(bytes.subarray(sent));
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
