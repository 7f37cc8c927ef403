// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Recommendations and events by airec.js, a script that the service has for any page. */
"use strict";

/** Milliseconds in which a list has to come. */
const TIMEOUT_MS = 10_000;

/** Part of the shop's `api`, with the options of `openApi`. */
function openEvents({ url, key, project, onCall }) {
  const noAnswer = () => new ApiError(0, { detail: `There is no answer from ${url}.` });
  let loading;

  /** Returns `airec`, opened for this project; loads the script at the first call. */
  function script() {
    return loading ??= new Promise((resolve, reject) => {
      const src = `${url}/airec.js`;
      document.head.append(make("script", { src, onload: resolve, onerror: reject }));
    }).then(() => {
      airec.init({ url, key, project, onCall: ({ path, ...call }) => onCall(asSent(path, call)) });
      return airec;
    }).catch(() => {
      loading = undefined;
      throw noAnswer();
    });
  }

  /** Returns a call of airec.js, which sends the key in the body, as one with the key in a header. */
  function asSent(path, call) {
    const headers = { "x-api-key": key, "content-type": "application/json" };
    return { method: "POST", address: `${url}${path}`, headers, ...call };
  }

  /** Runs an action of airec.js; nothing is recorded as long as the script cannot be loaded. */
  const act = (action) => script().then(action, () => {});

  return {
    /** Returns recommendations for the visitor by `history`, `item_id`, `filter` and so on. */
    async recommend(asked) {
      const { recommend } = await script();
      const list = await recommend({ ...asked, explain: true }, { timeoutMs: TIMEOUT_MS });
      if (list.failed) throw list.status === 0 ? noAnswer() : new ApiError(list.status, list);
      return list;
    },
    /** Records what the visitor did with an item: view, purchase, like and so on. */
    track: (type, item_id, details) => act(({ track }) => track(type, item_id, details)),
    /** Signs a member in with the `user_token`; without a member, signs out. */
    identify: (member, token) => act(({ identify }) => identify(member, token)),
    /** Stores the visitor's random id in this browser, or forgets it. */
    consent: (given) => act(({ consent }) => consent(given)),
  };
}
