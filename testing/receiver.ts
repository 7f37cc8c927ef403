/** Webhook receiver for tests, with a configurable response. */

export interface Receiver extends AsyncDisposable {
  url: string;
  /** Types of the received events, in order. */
  events: string[];
  /** Status of the responses from now on. */
  answer: number;
}

/** Starts a receiver on loopback. */
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
