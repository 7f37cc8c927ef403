/** An account on a running system with a trained project and an app. */
import { call, createFilmProject, json, signedUp, type System, untilReady } from "./system.ts";

export interface TrainedShop {
  /** Project id. */
  id: number;
  /** Authorization header of the account. */
  login: { authorization: string };
  /** Requests recommendations with the app's API key. */
  byKey(): Promise<Response>;
  /** Requests recommendations from the recommender with the login. */
  byLogin(): Promise<Response>;
  /** Returns the number of counted calls by the key. */
  usage(): Promise<number>;
}

/**
 * Creates the account, trains the film sample and registers the app.
 * @param options.webhookUrl endpoint of the app
 */
export async function trainedShop(
  system: System,
  { webhookUrl }: { webhookUrl?: string } = {},
): Promise<TrainedShop> {
  const { at } = system;
  const login = await signedUp(system);
  const { id } = await createFilmProject(system, login);
  const { app_id, api_key } = await call(`${at.webhooks}/api/apps/register`, {
    ...json({ app_name: "Shop", webhook_url: webhookUrl }, login),
    expect: 201,
  });
  await untilReady(system, login, { id });
  const { items } = await call(`${at.recommender}/project/${id}/items?limit=1`, { headers: login });
  const title = items[0].item_title;
  const asked = { project_id: id, item_title: title, user_id: "1", n: 3 };
  const query = new URLSearchParams({ item_title: title, user_id: "1", n: "3" });
  const recommendations = `${at.recommender}/project/${id}/recommendations?${query}`;
  return {
    ...{ id, login },
    byKey: () => fetch(`${at.webhooks}/api/recommend`, json(asked, { "x-api-key": api_key })),
    byLogin: () => fetch(recommendations, { headers: login }),
    async usage() {
      const apps = await call(`${at.webhooks}/api/apps/usage`, { headers: login });
      return apps.find((app: { app_id: string }) => app.app_id === app_id).usage_count;
    },
  };
}
