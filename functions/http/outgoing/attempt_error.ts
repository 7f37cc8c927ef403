/**
 * Reasons of requests without a response, as shown to the owner of their target: a closed set of
 * sentences, since errors of sockets, resolvers and TLS name addresses, files and libraries of this
 * installation.
 */

/** An error whose message is for the target's owner. */
export class AttemptError extends Error {
  override name = "AttemptError";
}

/** Sentences by codes and messages of errors in Deno, Node and workerd. */
const SENTENCES: [pattern: RegExp, sentence: string][] = [
  [
    /ENOTFOUND|EAI_|ENODATA|ESERVFAIL|ETIMEOUT|resolve|lookup|\bdns\b/i,
    "The endpoint's name could not be resolved.",
  ],
  [
    /cert|self.signed|unknownissuer|hostname|altname|notvalidfor/i,
    "The endpoint's TLS certificate is not valid for its name.",
  ],
  [
    /tls|ssl|handshake|EPROTO|InvalidContentType/i,
    "No TLS connection could be made with the endpoint.",
  ],
  [/ECONNREFUSED|refused/i, "The endpoint refused the connection."],
  [
    /EHOSTUNREACH|ENETUNREACH|unreachable|no route/i,
    "The endpoint's address could not be reached.",
  ],
  [/ETIMEDOUT|timed out/i, "The endpoint's address did not respond."],
  [
    /ECONNRESET|EPIPE|reset|closed|hang up|aborted|unexpected end|unexpectedeof|connection lost/i,
    "The endpoint closed the connection before it responded.",
  ],
  [
    /HPE_|parse|invalid (http|header|status|response)/i,
    "The endpoint's response was not valid HTTP.",
  ],
];

/** Sentence for any other error, which only the log names. */
export const OTHER_ATTEMPT_ERROR = "The request to the endpoint failed.";

/** All sentences that do not come from an `AttemptError`. */
export const ATTEMPT_SENTENCES = [
  ...SENTENCES.map(([, sentence]) => sentence),
  OTHER_ATTEMPT_ERROR,
];

/**
 * Returns the sentence for an error of an attempt.
 * @param noun the target in the sentence.
 */
export function attemptError(thrown: unknown, noun = "endpoint"): string {
  return sentenceOf(thrown).replace(/(?<=\bthe )endpoint/i, noun);
}

function sentenceOf(thrown: unknown): string {
  if (thrown instanceof AttemptError) return thrown.message;
  const words: string[] = [];
  for (let error = thrown, i = 0; error instanceof Error && i < 3; error = error.cause, i++) {
    words.push(String((error as { code?: unknown }).code ?? ""), error.name, error.message);
  }
  const text = words.join(" ");
  return SENTENCES.find(([pattern]) => pattern.test(text))?.[1] ?? OTHER_ATTEMPT_ERROR;
}
