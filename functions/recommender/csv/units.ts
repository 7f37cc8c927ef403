/** Units and currencies that may stand beside a number. */

/** Each unit's spellings in lower case; the first is its name. They may stand before the number. */
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

/** The same of what stands after the number only. */
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
];

const BEFORE = named(CURRENCIES);
const AFTER = named([...CURRENCIES, ...UNITS]);
const OUT_OF = /^(?:\/|out of|of|von|sur|de)\s*(\d+)(?:\s*(?:stars?|points?|★))?$/;

/** Returns the name of the unit that is written before a number; undefined where it is none. */
export function unitBefore(text: string): string | undefined {
  return BEFORE.get(text.toLowerCase());
}

/** Returns the name of the unit that is written after a number: `/ 5` and `out of 5` are units. */
export function unitAfter(text: string): string | undefined {
  const lower = text.toLowerCase();
  const most = OUT_OF.exec(lower)?.[1];
  return most === undefined ? AFTER.get(lower) : `/${most}`;
}

function named(units: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  return new Map(units.flatMap((words) => words.map((word) => [word, words[0]] as const)));
}
