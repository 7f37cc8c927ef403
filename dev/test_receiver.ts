/** Somebody's endpoint, for tests: it answers as it is told. */

export interface Receiver extends AsyncDisposable {
  url: string;
  /** The events that came, in their order. */
  events: string[];
  /** What it answers from now on. */
  answer: number;
}

/** Listens on this machine alone. */
export function startReceiver(answer = 200): Receiver {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    receiver.events.push(request.headers.get("airec-event")!);
    const isRefused = receiver.answer >= 400;
    return new Response(isRefused ? "no, thanks" : "thanks", { status: receiver.answer });
  });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${server.addr.port}/hook`,
    events: [],
    answer,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return receiver;
}
