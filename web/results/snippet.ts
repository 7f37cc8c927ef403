/**
 * Returns JavaScript for a page: a list of recommendations, and an event when an item is clicked.
 * @param webhooks base URL of the webhooks service.
 */
export function snippet({ webhooks, project }: { webhooks: string; project: number }): string {
  return `// One random id a visitor; keep it with the visitor's consent only.
const anonymous_id = localStorage.airec ??= crypto.randomUUID();
const headers = { "x-api-key": AIREC_KEY, "content-type": "application/json" };
const post = (path, body) =>
  fetch(${JSON.stringify(webhooks)} + path, {
    method: "POST",
    headers,
    body: JSON.stringify({ project_id: ${project}, anonymous_id, ...body }),
    keepalive: true,
  });

const answer = await post("/api/recommend", { placement: "home", n: 10 });
const { recommendation_id, recommendations } = await answer.json();

// When a visitor clicks the item at a position of the list, from 0:
function clicked(position) {
  const { item_id } = recommendations[position];
  const id = crypto.randomUUID();
  post("/api/interactions", {
    events: [{ id, type: "click", item_id, recommendation_id, position }],
  });
}`;
}
