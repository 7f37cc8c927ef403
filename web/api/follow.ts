/**
 * Server-sent events of a training, read with `fetch`: `EventSource` cannot send the access token.
 */
import { guardedFetch, type Project } from "./api.ts";
import { config } from "./config.ts";
import { problemOf } from "./problem.ts";
import { bearer } from "./session.ts";

/**
 * Yields the project at each change, and null once it is deleted. Ends with the training or the
 * stream.
 * @throws {ApiProblem} of the service, or `unreachable` if the connection breaks
 */
export async function* follow(id: string, signal: AbortSignal): AsyncGenerator<Project | null> {
  const url = `${config().recommender}/project/${encodeURIComponent(id)}/events`;
  const response = await guardedFetch(url, { headers: bearer(), signal });
  if (!response.ok) throw await problemOf(response);
  let text = "";
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const blocks = text.split("\n\n");
    text = blocks.pop()!;
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      if (event === "gone") yield null;
      if (event === "project") yield JSON.parse(/^data: (.*)$/m.exec(block)![1]);
    }
  }
}
