/** Words by which spreadsheets name rows and columns of totals and averages, in 15 languages. */
import { endsInDigit } from "./blank_words.ts";

const SUMS = new Set(
  `total|totals|grand total|sub total|subtotal|sum|sum total|overall total|total general|total général
  |total geral|total generale|somme|gesamt|gesamtsumme|insgesamt|summe|zwischensumme|suma|suma total
  |soma|somma|totale|totaal|eindtotaal|som|razem|ogółem|suma końcowa|summa|totalt|totalsumma|i alt|toplam
  |genel toplam|итого|всего|итог|общий итог|сумма|разом|усього|підсумок|合计|总计|小计|總計|合計|総計|小計
  |합계|총계|소계|المجموع|إجمالي|סה"כ|סך הכל|jumlah`.split("|").map((word) => word.trim()),
);
const AVERAGES = new Set(
  `average|avg|mean|median|mittelwert|durchschnitt|mittel|moyenne|médiane|promedio|média|gemiddelde
  |średnia|srednia|medel|medelvärde|genomsnitt|gjennomsnitt|gennemsnit|ortalama|среднее|среднее значение
  |середнє|平均|平均值|평균|المتوسط|ממוצע|rata-rata`.split("|").map((word) => word.trim()),
);
/** Names of further columns that are computed from the others. */
const COMPUTED = new Set(["count", "min", "max", "std", "anzahl", "stdev", "variance"]);
const LONGEST = 24;

/** Returns a cell in the form of the words above; "" if it cannot be one. */
function wordOf(cell: string): string {
  // Fast path: most ids end in a digit, and no word does.
  if (endsInDigit(cell) || cell.length > LONGEST) return "";
  const word = cell.trim().toLowerCase();
  return /[:.]$/.test(word) ? word.replace(/\s*[:.]+$/, "") : word;
}

/** Whether a cell that names a row says that the row is a sum or an average. */
export function isTotal(cell: string): boolean {
  const word = wordOf(cell);
  return SUMS.has(word) || AVERAGES.has(word);
}

/** Whether an item's id says that the row is a sum; an item may be called Average. */
export function isSum(cell: string): boolean {
  return SUMS.has(wordOf(cell));
}

/** Whether a column of a wide table is computed from the others, by its name. */
export function isComputed(name: string): boolean {
  const word = wordOf(name);
  return isTotal(word) || COMPUTED.has(word);
}
