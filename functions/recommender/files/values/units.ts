/** Units and currencies that may accompany a number. */

/** Spellings of each currency in lower case; the first is its name. It may precede the number. */
export const CURRENCIES: readonly (readonly string[])[] = [
  ["$", "usd", "us$", "dollar", "dollars"],
  ["€", "eur", "euro", "euros"],
  ["£", "gbp"],
  ["¥", "jpy", "円", "yen"],
  ["cny", "rmb", "元", "cn¥"],
  ["₹", "inr", "rs", "rs."],
  ["₩", "krw", "원"],
  ["₽", "rub", "руб", "руб."],
  ["₺", "try", "tl"],
  ["r$", "brl"],
  ["chf", "fr.", "sfr."],
  ["kr", "sek", "nok", "dkk", "kr."],
  ["zł", "pln"],
  ["cad", "c$", "ca$"],
  ["aud", "a$", "au$"],
  ["mxn", "mx$"],
];

/** Same, for units that only follow the number. */
export const UNITS: readonly (readonly string[])[] = [
  ["%", "percent", "pct"],
  ["stars", "star", "★", "sterne", "stern", "estrellas", "étoiles"],
  ["points", "point", "pts", "pt", "punkte"],
  ["x", "×", "times"],
  ["pieces", "piece", "pcs", "pc", "stk", "stück", "units", "unit"],
  ["pages", "page", "pp", "pp.", "seiten"],
  ["views", "view"],
  ["plays", "play"],
  ["votes", "vote"],
  ["reviews", "review", "ratings", "rating"],
  ["seconds", "second", "secs", "sec", "s"],
  ["minutes", "minute", "mins", "min", "min.", "minuten"],
  ["hours", "hour", "hrs", "hr", "h", "std", "stunden"],
  ["days", "day", "tage"],
  ["years", "year", "yrs", "yr", "jahre"],
  ["mm"],
  ["cm"],
  ["m"],
  ["km"],
  ["inches", "inch", "in", "in.", '"', "″"],
  ["feet", "foot", "ft", "ft."],
  ["miles", "mile", "mi"],
  ["mg"],
  ["g", "gr", "gram", "grams"],
  ["kg", "kilo", "kilos"],
  ["oz", "ounces", "ounce"],
  ["lb", "lbs", "pounds", "pound"],
  ["ml"],
  ["cl"],
  ["l", "liter", "litre", "liters", "litres"],
  ["kb"],
  ["mb"],
  ["gb"],
  ["tb"],
  ["w", "watt", "watts"],
  ["v", "volt", "volts"],
  ["°", "°c", "°f"],
  ["+"],
];

/** Words between a number and its unit, by the power of ten that they multiply by. */
export const MULTIPLIERS: readonly { power: number; words: readonly string[] }[] = [
  { power: 3, words: ["k", "K", "thousand", "Tsd", "Tsd.", "тыс", "тыс."] },
  { power: 4, words: ["万", "萬", "만"] },
  { power: 6, words: ["M", "mn", "mio", "Mio", "Mio.", "million", "millions", "млн"] },
  { power: 8, words: ["亿", "億", "억"] },
  { power: 9, words: ["B", "bn", "Mrd", "Mrd.", "billion", "billions", "млрд"] },
];

const BEFORE = named(CURRENCIES);
const AFTER = named([...CURRENCIES, ...UNITS]);
const OUT_OF = /^(?:\/|out of|of|von|sur|de)\s*(\d+)(?:[.,]0)?(?:\s*(?:stars?|points?|★))?$/;

/** Returns the name of the unit before a number, or undefined if the text is not a unit. */
export function unitBefore(text: string): string | undefined {
  return BEFORE.get(text.toLowerCase());
}

/** Returns the name of the unit after a number: `/ 5` and `out of 5` are units, too. */
export function unitAfter(text: string): string | undefined {
  const lower = text.toLowerCase();
  const most = OUT_OF.exec(lower)?.[1];
  return most === undefined ? AFTER.get(lower) : `/${most}`;
}

/** Unit of a multiplied number without another unit: `1.2K` in a column with `3m` is ambiguous. */
export const MULTIPLIED = "k";

const POWERS: ReadonlyMap<string, number> = new Map(
  MULTIPLIERS.flatMap(({ power, words }) => words.map((word) => [word, power] as const)),
);
const FIRST_WORD = /^(\p{L}+\.?)\s*(.*)$/u;

/** Splits the text after a number into a multiplier, as a power of ten, and the rest. */
export function multiplierOf(text: string): { power: number; rest: string } {
  const [, word = "", rest = ""] = FIRST_WORD.exec(text) ?? [];
  const power = POWERS.get(word);
  return power === undefined ? { power: 0, rest: text } : { power, rest };
}

function named(units: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  return new Map(units.flatMap((words) => words.map((word) => [word, words[0]] as const)));
}
