/** Code samples that send a recommendation request: curl, JavaScript, Python. */
import type { Question } from "../api/project_api.ts";

/** A request with an API key. `webhooks` is the base URL of the webhooks service. */
export interface KeyedCall {
  webhooks: string;
  project: number;
  question: Question;
}

/** Quotes one argument for a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Returns a curl command for POST …/recommendations with an access token. */
export function curlByLogin(
  recommender: string,
  { project, question, token }: { project: string; question: Question; token: string },
): string {
  return curl(`${recommender}/project/${project}/recommendations`, [
    `-H ${quoted(`Authorization: Bearer ${token}`)}`,
    "-H 'content-type: application/json'",
    `-d ${quoted(indented(question))}`,
  ]);
}

/** Returns a curl command for POST /api/recommend; the shell reads the key from AIREC_API_KEY. */
export function curlByKey({ webhooks, project, question }: KeyedCall): string {
  return curl(`${webhooks}/api/recommend`, [
    `-H "x-api-key: $AIREC_API_KEY"`,
    "-H 'content-type: application/json'",
    `-d ${quoted(indented({ project_id: project, ...question }))}`,
  ]);
}

/** Returns the same request as a JavaScript module, for browsers and servers. */
export function javascriptByKey({ webhooks, project, question }: KeyedCall): string {
  const body = indented({ project_id: project, ...question });
  return `const response = await fetch(${JSON.stringify(`${webhooks}/api/recommend`)}, {
  method: "POST",
  headers: { "x-api-key": AIREC_API_KEY, "content-type": "application/json" },
  body: JSON.stringify(${body.replaceAll("\n", "\n  ")}),
});
const { recommendations } = await response.json();
for (const { item_title, score } of recommendations) console.log(item_title, score);`;
}

/** Returns the same request for Python 3, standard library only. */
export function pythonByKey({ webhooks, project, question }: KeyedCall): string {
  const body = JSON.stringify(JSON.stringify({ project_id: project, ...question }));
  return `import json, os, urllib.request

request = urllib.request.Request(
    ${JSON.stringify(`${webhooks}/api/recommend`)},
    data=${body}.encode(),
    headers={"x-api-key": os.environ["AIREC_API_KEY"], "content-type": "application/json"},
)
with urllib.request.urlopen(request) as response:
    answer = json.load(response)
for item in answer["recommendations"]:
    print(item["item_title"], item["score"])`;
}

/** Returns a curl command with one option a line. */
function curl(url: string, options: string[]): string {
  return [`curl ${quoted(url)}`, ...options].join(" \\\n  ");
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
