/** Dates with their parts in a rarer sequence: the time first, or a weekday beside the figures. */
import { withoutMarks } from "../../text/marks.ts";

/** Weekdays in lower case; prefixes of at least two letters are accepted, too. */
const WEEKDAYS = `
  monday tuesday wednesday thursday friday saturday sunday
  montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
  lundi mardi mercredi jeudi vendredi samedi dimanche
  lunes martes miércoles jueves viernes sábado domingo
  lunedì martedì mercoledì giovedì venerdì sabato domenica
  segunda terça quarta quinta sexta segunda-feira terça-feira quarta-feira quinta-feira sexta-feira
  maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
  måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
  maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
  poniedziałek wtorek środa czwartek piątek sobota niedziela
  pondělí úterý středa čtvrtek pátek neděle pondelok utorok streda štvrtok piatok nedeľa
  ponedjeljak ponedeljak ponedeljek utorak torek srijeda sreda četvrtak četrtek petak petek subota
  nedjelja nedelja
  hétfő kedd szerda csütörtök péntek szombat vasárnap
  luni marți miercuri joi vineri sâmbătă duminică
  pazartesi salı çarşamba perşembe cuma cumartesi pazar
  pirmdiena otrdiena trešdiena ceturtdiena piektdiena sestdiena svētdiena
  pirmadienis antradienis trečiadienis ketvirtadienis penktadienis šeštadienis sekmadienis
  понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс
  понеділок вівторок середа п'ятниця субота неділя нд
`.trim().split(/\s+/).map(folded);

/** Figures of a date between points, slashes or dashes, and what else is before and behind them. */
const FIGURES =
  /^(?:(\p{L}[\p{L}\p{M}-]+)\.?,? +)?(\d[\d./-]{4,9}\d\.?)(?:,? +\(?(\p{L}[\p{L}\p{M}-]+)\.?\)?)?(,? .*)?$/u;
const CLOCK_FIRST =
  /^(?:lúc )?(\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[ap]\.?m\.?)?)(?:,| -| ngày)? +(\D{0,24}\d.*\D\d{2,4}\.?)$/iu;
/** Written before year, month or day in Lithuanian, Latvian and Vietnamese. */
const LITHUANIAN = /^(\d{4}) m\. (\p{L}+) (\d{1,2}) d\.?,?(?: \p{L}+)?( .*)?$/u;
const LATVIAN = /^(\d{4})\. gada (\d{1,2})\. (\p{L}+)(,? .*)?$/u;
const VIETNAMESE =
  /^(?:\p{L}[\p{L}\p{M} ]{2,12}, )?(?:ngày )?(\d{1,2}) (?:tháng|thg) (\d{1,2}),?(?: năm)? (\d{4})(,? .*)?$/u;

/**
 * Returns a date in the usual sequence, its figures before its time and without a weekday; undefined
 * if it is in that already, or is none. `14:30 22.01.2019 (Di)` becomes `22.01.2019 14:30`.
 */
export function turnedDate(text: string): string | undefined {
  const [, clock, date] = CLOCK_FIRST.exec(text) ?? [];
  const behind = clock === undefined ? "" : ` ${clock}`;
  const given = date ?? text;
  const turned = withoutWords(given) ?? withoutWeekday(given) ?? date;
  return turned === undefined ? undefined : turned + behind;
}

function withoutWords(text: string): string | undefined {
  for (const pattern of [LITHUANIAN, LATVIAN, VIETNAMESE]) {
    const [, a, b, c, rest = ""] = pattern.exec(text) ?? [];
    if (a === undefined) continue;
    if (pattern === LITHUANIAN) return `${c} ${b} ${a}${rest}`;
    return pattern === LATVIAN ? `${b} ${c} ${a}${rest}` : `${c}-${b}-${a}${rest}`;
  }
  return undefined;
}

function withoutWeekday(text: string): string | undefined {
  const [, before, figures, after, rest = ""] = FIGURES.exec(text) ?? [];
  const words = [before, after].filter((word) => word !== undefined);
  if (words.length === 0 || !words.every(isWeekday)) return undefined;
  return figures + rest;
}

function isWeekday(word: string): boolean {
  const name = folded(word);
  return name.length > 1 && WEEKDAYS.some((day) => day.startsWith(name));
}

/** Returns a name in lower case and without accents. */
function folded(name: string): string {
  return withoutMarks(name).toLowerCase();
}
