/** Waiting in tests for a service that was started as a process. */

/** What a service of its own process says, read to its end, so that no full pipe stops it. */
export interface Listening {
  /** Where it listens. */
  url: string;
  /** Resolves when it says no more. */
  silent: Promise<void>;
}

/** Resolves when the process has said where it listens; rejects with what it said if it ends. */
export async function listening(child: Deno.ChildProcess): Promise<Listening> {
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  const silent = (async () => {
    let said = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += chunk;
      const [, address] = /listens on (http:\/\/[\d.]+:\d+)/.exec(said) ?? [];
      if (address) resolve(address);
    }
    reject(new Error(`The service ended: ${said}`));
  })();
  return { url: await url, silent };
}
