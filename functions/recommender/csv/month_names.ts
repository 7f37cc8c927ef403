/** Month names in the supported languages. */

/** The twelve months, in lower case and without accents; prefixes are accepted, too. */
export const MONTH_NAMES: Record<string, string> = {
  en: "january february march april may june july august september october november december",
  de: "januar februar marz april mai juni juli august september oktober november dezember",
  fr: "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
  es: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
  it:
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
  pt: "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
  nl: "januari februari maart april mei juni juli augustus september oktober november december",
  sv: "januari februari mars april maj juni juli augusti september oktober november december",
};

const ABBREVIATIONS: Record<string, number> = { mrz: 3, maerz: 3, mrt: 3, juil: 7 };
const SHORTEST = 3;

const MONTHS = new Map<string, number>(Object.entries(ABBREVIATIONS));
for (const names of Object.values(MONTH_NAMES)) {
  names.split(" ").forEach((name, i) => {
    for (let length = SHORTEST; length <= name.length; length++) {
      const beginning = name.slice(0, length);
      if (!MONTHS.has(beginning)) MONTHS.set(beginning, i + 1);
    }
  });
}
// Prefix of both June and July in French.
MONTHS.delete("jui");

/** Returns a month, from 1, by its name or a prefix of at least three letters, ignoring case. */
export function monthOf(name: string): number | undefined {
  return MONTHS.get(name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase());
}
