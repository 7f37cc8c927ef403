/** Waits for a service started as a process. */

/** A service process; its output is read to the end, so that a full pipe does not block it. */
export interface Listening {
  /** URL that it listens on. */
  url: string;
  /** Resolves when its output ends. */
  silent: Promise<void>;
}

/** Resolves when the process reports its URL; rejects with its output if it ends first. */
export async function listening(child: Deno.ChildProcess): Promise<Listening> {
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  const silent = (async () => {
    let output = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      output += chunk;
      const [, address] = /listens on (http:\/\/[\d.]+:\d+)/.exec(output) ?? [];
      if (address) resolve(address);
    }
    reject(new Error(`The service ended: ${output}`));
  })();
  return { url: await url, silent };
}
