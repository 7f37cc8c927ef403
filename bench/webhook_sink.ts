/** A webhook receiver that counts calls. */
export class WebhookSink implements Disposable {
  calls = 0;
  #server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    this.calls++;
    return new Response();
  });

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  [Symbol.dispose](): void {
    this.#server.shutdown();
  }
}
