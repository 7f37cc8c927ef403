/** Password strength by zxcvbn, loaded on first use. */

/** zxcvbn score: 0, guessed at once, to 4, very unguessable. */
export type Strength = 0 | 1 | 2 | 3 | 4;

/** Rates a password; `about` is personal data such as name and e-mail address. */
export type RateStrength = (password: string, about: string[]) => Strength;

let loading: Promise<RateStrength> | undefined;

/** Loads the estimator once; a failed load is retried by the next call. */
export function loadStrength(): Promise<RateStrength> {
  loading ??= load();
  loading.catch(() => loading = undefined);
  return loading;
}

async function load(): Promise<RateStrength> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  const zxcvbn = new ZxcvbnFactory({ graphs: adjacencyGraphs, dictionary });
  return (password, about) => zxcvbn.check(password.slice(0, 256), about).score;
}
