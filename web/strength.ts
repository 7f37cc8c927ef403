/** How hard a password is to guess, by zxcvbn: loaded when the first one is typed, not before. */

/** 0, guessed at once, to 4, out of reach. */
export type Strength = 0 | 1 | 2 | 3 | 4;

/** Rates a password; `about` is what is known of its owner, such as name and address. */
export type RateStrength = (password: string, about: string[]) => Strength;

let loading: Promise<RateStrength> | undefined;

/** The rating, loaded once. A failure is forgotten, so that the next one tries again. */
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
