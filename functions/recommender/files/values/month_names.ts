/** Month names in the supported languages. */
import { withoutMarks } from "../../text/marks.ts";

/** The twelve months, in lower case; prefixes are accepted, too. */
export const MONTH_NAMES: Record<string, string> = {
  en: "january february march april may june july august september october november december",
  de: "januar februar märz april mai juni juli august september oktober november dezember",
  fr: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
  es: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
  it:
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
  pt: "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
  nl: "januari februari maart april mei juni juli augustus september oktober november december",
  sv: "januari februari mars april maj juni juli augusti september oktober november december",
  da: "januar februar marts april maj juni juli august september oktober november december",
  pl: "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października " +
    "listopada grudnia",
  tr: "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
  ru: "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
  uk: "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
  el: "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου " +
    "οκτωβρίου νοεμβρίου δεκεμβρίου",
  ar: "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
  cs: "ledna února března dubna května června července srpna září října listopadu prosince",
  sk: "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
  hu: "január február március április május június július augusztus szeptember október november " +
    "december",
  ro: "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie " +
    "decembrie",
  nb: "januar februar mars april mai juni juli august september oktober november desember",
  fi: "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta " +
    "syyskuuta lokakuuta marraskuuta joulukuuta",
  et: "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
  id: "januari februari maret april mei juni juli agustus september oktober november desember",
  bg: "януари февруари март април май юни юли август септември октомври ноември декември",
  lv:
    "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris " +
    "decembris",
  lt: "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio " +
    "gruodžio",
  sl: "januar februar marec april maj junij julij avgust september oktober november december",
  sr: "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
  sh: "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
  ca: "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
  he: "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
};

/** The months in Croatian, two of whose names begin like other months in Polish. */
const CROATIAN_NAMES = "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna " +
  "listopada studenoga prosinca";

const ABBREVIATIONS: Record<string, number> = {
  jänner: 1,
  feber: 2,
  mrz: 3,
  maerz: 3,
  mrt: 3,
  juil: 7,
  январь: 1,
  февраль: 2,
  март: 3,
  апрель: 4,
  май: 5,
  июнь: 6,
  июль: 7,
  август: 8,
  сентябрь: 9,
  октябрь: 10,
  ноябрь: 11,
  декабрь: 12,
};
const SHORTEST = 3;

const MONTHS = new Map<string, number>();
for (const [name, month] of Object.entries(ABBREVIATIONS)) MONTHS.set(folded(name), month);
/** Beginnings that several months of one language have: `jui` in French, `ιου` in Greek. */
const AMBIGUOUS = new Set<string>();
for (const names of Object.values(MONTH_NAMES)) {
  const own = new Map<string, number>();
  names.split(" ").map(folded).forEach((name, i) => {
    for (let length = SHORTEST; length <= name.length; length++) {
      const beginning = name.slice(0, length);
      if (own.has(beginning)) AMBIGUOUS.add(beginning);
      else own.set(beginning, i + 1);
    }
  });
  for (const [name, month] of own) if (!MONTHS.has(name)) MONTHS.set(name, month);
}
for (const beginning of AMBIGUOUS) MONTHS.delete(beginning);

/** Months by their beginnings in Croatian. */
const CROATIAN = new Map<string, number>([["studenog", 11]]);
CROATIAN_NAMES.split(" ").map(folded).forEach((name, i) => {
  for (let length = SHORTEST; length <= name.length; length++) {
    CROATIAN.set(name.slice(0, length), i + 1);
  }
});

/** Returns the month, from 1, by its name or a prefix in Croatian, ignoring case. */
export function croatianMonthOf(name: string): number | undefined {
  return CROATIAN.get(folded(name));
}

/**
 * Returns a month, from 1, by its name or a prefix of at least three letters, ignoring case; not by
 * those of Croatian.
 */
export function monthOf(name: string): number | undefined {
  const month = folded(name);
  // In Hebrew the month has a prefix, "in".
  return MONTHS.get(month) ?? (month.startsWith("ב") ? MONTHS.get(month.slice(1)) : undefined);
}

/** Returns a name in lower case and without accents. */
function folded(name: string): string {
  return withoutMarks(name).toLowerCase();
}
