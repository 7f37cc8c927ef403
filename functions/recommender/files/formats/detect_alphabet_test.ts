import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { CsvError } from "../csv_error.ts";
import { describeCsv } from "../dialect/describe.ts";
import type { Encoding } from "../dialect.ts";
import { chardet as small } from "./small_detector.ts";
import { encoded } from "../../../../testing/zoo/encoded.ts";

const JAPANESE = [
  "千と千尋の神隠し",
  "もののけ姫",
  "七人の侍",
  "東京物語",
  "アニメ",
  "恋愛",
  "羅生門",
];
const CYRILLIC = ["Война и мир", "Мастер и Маргарита", "драма", "комедия", "Сталкер", "Солярис"];

/** Typical titles and genres of shops. */
const WORDS: [Encoding, string[]][] = [
  ["gb18030", ["霸王别姬", "活着", "动作片", "喜剧", "红高粱", "爱情", "科幻", "战争与和平"]],
  ["big5", ["霸王別姬", "動作片", "喜劇", "愛情", "科幻", "戰爭與和平", "三國演義", "水滸傳"]],
  ["shift_jis", JAPANESE],
  ["euc-jp", JAPANESE],
  ["euc-kr", ["기생충", "올드보이", "살인의 추억", "부산행", "드라마", "액션", "코미디", "마더"]],
  ["windows-1251", CYRILLIC],
  ["koi8-r", CYRILLIC],
  ["iso-8859-5", CYRILLIC],
  ["windows-1250", [
    "Żywot człowieka",
    "Pociąg",
    "Krzyżacy",
    "Miś",
    "Ostře sledované vlaky",
    "Łódź",
  ]],
  ["iso-8859-2", ["Żywot człowieka", "Pociąg", "Krzyżacy", "Miś", "Ostře sledované vlaky", "Łódź"]],
  ["windows-1253", [
    "Ζορμπάς",
    "Το βλέμμα του Οδυσσέα",
    "Κωμωδία",
    "Δράμα",
    "Περιπέτεια",
    "Ευριδίκη",
  ]],
  ["windows-1254", ["Kış Uykusu", "Sürü", "Müthiş", "Güneşe Yolculuk", "Çoğunluk", "Üç Maymun"]],
  ["windows-1255", ["שלום", "ואלס עם באשיר", "קומדיה", "דרמה", "לבנון", "הערת שוליים", "בופור"]],
  ["windows-1256", [
    "باب الحديد",
    "المومياء",
    "كوميديا",
    "دراما",
    "الأرض",
    "عصفور الشرق",
    "القاهرة",
  ]],
  ["windows-874", ["ลุงบุญมีระลึกชาติ", "สุริโยไท", "องค์บาก", "ตลก", "หนังสือ", "รักแห่งสยาม"]],
  ["windows-1257", ["Žmogus", "Šaltinis", "Ąžuolas", "Mėnulis", "Gegužė", "Ėjimas", "Širdis"]],
];

WORDS.push(
  ["ibm866", CYRILLIC],
  ["x-mac-cyrillic", CYRILLIC],
  ["macintosh", ["Amélie", "Façade", "Garçon", "naïve", "Noël", "cœur", "crème brûlée"]],
);

for (const [encoding, words] of WORDS) {
  Deno.test(`the alphabet of ${encoding} is found by a few words, and by many`, async () => {
    for (const rows of [words.length, 200]) {
      const text = Array.from(
        { length: rows },
        (_, i) => `${i},${words[i % words.length]},${words[(3 * i + 1) % words.length]}\n`,
      ).join("");
      const found = await describeCsv(encoded(`id,title,genre\n${text}`, encoding));
      assertEquals([found.dialect.encoding, found.sampleRows[0][1]], [encoding, words[0]]);
    }
  });
}

Deno.test("western text is detected from one or several words", async () => {
  const words = [
    "Amélie Façade Garçon naïve Noël cœur crème brûlée À Île ça déjà où €9",
    "Amélie à Orléans",
    "Über weiß Mädchen Köln Zürich Straße Örebro här på",
    "título Señor España mañana niño él está Málaga corazón",
    "São avó até não coração você João ação",
    "Smørrebrød Ærø Børge på København øl",
    "Þór Ísland Ægir Reykjavík þú",
    "Ångström fjärran måne Öland blåbär",
    "città perché già più è",
    "don’t “x” – 20° £5 … ©",
  ];
  for (const language of words) {
    for (const part of [language, ...language.split(" ")]) {
      const rows = part.split(" ").map((word, i) => `${i},${word}\n`).join("").repeat(5);
      const found = await describeCsv(encoded(`id,title\n${rows}x,x\n`, "windows-1252"));
      assertEquals([part, found.dialect.encoding], [part, "windows-1252"]);
    }
  }
});

Deno.test("a few western letters are read, others are refused rather than read as western", async () => {
  const file = (title: string) => `id,title\n1,${title}\n2,x\n`;
  const western = [
    ...[
      "été",
      "½ l",
      "D´Arc",
      "McÉwan",
      "iPhone™",
      "„Faust“",
      "ÅÄÖ",
      "Þú æði",
      "a…b",
      "10–20",
      "9 €",
    ],
  ];
  for (const title of western) {
    const { dialect } = await describeCsv(encoded(file(title), "windows-1252"));
    assertEquals([title, dialect.encoding], [title, "windows-1252"]);
  }
  for (
    const title of ["5 €", "€ 9", "cœur", "Œuvre à 5 €", "Größe 9 €, Öl 3 €, Käse 4 €, Kürbis"]
  ) {
    const { dialect, sampleRows } = await describeCsv(encoded(file(`"${title}"`), "iso-8859-15"));
    assertEquals([dialect.encoding, sampleRows[0][1]], ["iso-8859-15", title]);
  }
  const japanese = await describeCsv(encoded(file("アニメ"), "shift_jis"));
  assertEquals(japanese.sampleRows[0][1], "アニメ");
  const dos = [
    "Am\x82lie",
    "K\x84se",
    "Gr\x94\xe1e",
    "Ma\xa4ana",
    "tr\x8as",
    "f\x88te",
    "Canci\xa2n",
  ];
  for (
    const bytes of [
      ...dos.map((title) => Uint8Array.from(file(title), (unit) => unit.charCodeAt(0))),
      encoded(file("Брат"), "windows-1251"),
      encoded(file("Δράμα"), "windows-1253"),
      encoded(file("Señor"), "macintosh"),
      encoded(file("活着"), "gb18030"),
    ]
  ) {
    const { message } = await assertRejects(() => describeCsv(bytes), CsvError);
    assertStringIncludes(message, "choose its encoding");
  }
});

Deno.test("Spanish in Mac encoding is detected or rejected, never read as western; English dashes are", async () => {
  const file = (words: string[]) =>
    `id,title\n${words.map((word, i) => `${i},${word}\n`).join("")}`;
  const spanish = [
    ["Pasión", "Canción", "León", "Señor", "Montaña", "Corazón", "El niño"],
    ["Cómo", "Niña", "Sueño", "Razón", "Pequeña", "Romántico", "Película"],
    ["Mañana en España", "Año nuevo", "Aún más", "Difícil", "Campeón", "Música", "Acción"],
  ];
  for (const words of spanish) {
    const found = await describeCsv(encoded(file(words), "macintosh")).catch(({ message }) =>
      message
    );
    if (typeof found === "string") assertStringIncludes(found, "choose its encoding");
    else assertEquals(found.dialect.encoding, "macintosh");
    const western = await describeCsv(encoded(file(words), "windows-1252"));
    assertEquals(western.dialect.encoding, "windows-1252");
  }
  const dashes = [
    "Now—and then",
    "Paris–Berlin",
    "1990–2000",
    "don’t—no",
    "Asia–Africa",
    "“x”",
    "Yes—no",
  ];
  const english = await describeCsv(encoded(file(dashes), "windows-1252"));
  assertEquals(english.dialect.encoding, "windows-1252");
});

Deno.test("DOS encodings and UTF-32 are rejected with an error message", async () => {
  const french =
    "id,title\n1,Am\x82lie\n2,fa\x87ade\n3,d\x82j\x85 vu\n4,f\x88te\n5,tr\x8as\n6,\x82t\x82\n";
  const german =
    "id,title\n1,M\x84dchen\n2,K\x94ln\n3,Z\x81rich\n4,sch\x94n\n5,f\x81r\n6,Stra\xe1e\n";
  for (const text of [french, german]) {
    const bytes = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
    const { message } = await assertRejects(() => describeCsv(bytes), CsvError);
    assertStringIncludes(message, "its encoding was not recognised");
  }
  for (const [littleEndian, mark] of [[true, "\ufeff"], [false, "\ufeff"], [true, ""]] as const) {
    const units = [...`${mark}user,item\n1,2\n3,4\n`];
    const view = new DataView(new ArrayBuffer(4 * units.length));
    units.forEach((unit, i) => view.setUint32(4 * i, unit.codePointAt(0)!, littleEndian));
    const { message } = await assertRejects(
      () => describeCsv(new Uint8Array(view.buffer)),
      CsvError,
    );
    assertStringIncludes(message, "UTF-32");
  }
});

Deno.test("the small detector rejects possibly Turkish or Baltic text, and accepts western text", () => {
  for (const [encoding, words] of WORDS) {
    if (encoding !== "windows-1254" && encoding !== "windows-1257") continue;
    const error = assertThrows(
      () => small.detectAll(encoded(words.join("\n"), encoding)),
      CsvError,
    );
    assertStringIncludes(error.message, "choose its encoding");
  }
  const western = "Amélie Façade Garçon Über weiß Mädchen título Señor España São coração Ærø";
  const [{ encoding }] = small.detectAll(encoded(western, "windows-1252"));
  assertEquals(/^(ISO-8859-1|windows-1252)$/.test(encoding), true);
});
