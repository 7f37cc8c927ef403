/** A training as it goes, by a stream that `fetch` reads: `EventSource` could not carry the token. */
import { guardedFetch, type Project } from "./api.ts";
import { config } from "./config.ts";
import { problemOf } from "./problem.ts";
import { bearer } from "./session.ts";

/**
 * The project each time it changes, and null where it is gone; it ends when the training has ended,
 * or with the stream.
 * @throws {ApiProblem} what the service said in its place, `unreachable` where the line broke.
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
