/** Calls as commands for a terminal, ready to run. */

/** One argument of a POSIX shell: what is quoted is taken as it is. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command of several options, one a line. */
export function curl(url: string, options: string[]): string {
  return [`curl ${quoted(url)}`, ...options].join(" \\\n  ");
}

/** GET …/recommendations with a login. */
export function curlByLogin(
  recommender: string,
  { project, asked, token }: { project: string; asked: Record<string, string>; token: string },
): string {
  const url = `${recommender}/project/${project}/recommendations?${new URLSearchParams(asked)}`;
  return curl(url, [`-H ${quoted(`Authorization: Bearer ${token}`)}`]);
}

/** POST /api/recommend with an API key, which the shell takes from AIREC_API_KEY. */
export function curlByKey(
  webhooks: string,
  { project, asked }: { project: number; asked: Record<string, string> },
): string {
  const { n, ...rest } = asked;
  const body = { project_id: project, ...rest, ...(n && { n: Number(n) }) };
  return curl(`${webhooks}/api/recommend`, [
    `-H "x-api-key: $AIREC_API_KEY"`,
    "-H 'content-type: application/json'",
    `-d ${quoted(JSON.stringify(body))}`,
  ]);
}
