/** A question to a project as a program, ready to run: for a terminal, JavaScript, Python. */
import type { Question } from "./project_api.ts";

/** A call by key: the address of the webhooks service, the project and what is asked. */
export interface KeyedCall {
  webhooks: string;
  project: number;
  question: Question;
}

/** One argument of a POSIX shell: what is quoted is taken as it is. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** POST …/recommendations with a login. */
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

/** POST /api/recommend with an API key, which the shell takes from AIREC_API_KEY. */
export function curlByKey({ webhooks, project, question }: KeyedCall): string {
  return curl(`${webhooks}/api/recommend`, [
    `-H "x-api-key: $AIREC_API_KEY"`,
    "-H 'content-type: application/json'",
    `-d ${quoted(indented({ project_id: project, ...question }))}`,
  ]);
}

/** The same for a module of JavaScript, in a browser or on a server. */
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

/** The same for Python 3, with nothing to install. */
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

/** A command of several options, one a line. */
function curl(url: string, options: string[]): string {
  return [`curl ${quoted(url)}`, ...options].join(" \\\n  ");
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
