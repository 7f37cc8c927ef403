import { assertEquals } from "@std/assert";
import { LIST_NOTATIONS, listFormOf } from "./list_forms.ts";

const membersOf = (column: string[]) => {
  const { read } = listFormOf(column);
  return column.map(read);
};

Deno.test("the members of each notation are found where the column shows it", () => {
  for (const { name, example } of LIST_NOTATIONS) {
    const other = example.replace("Drama", "War");
    const column = [example, other, example.replace("Crime", "War").replace("Drama", "Crime"), ""];
    const members = membersOf(column);
    assertEquals(members, [["Drama", "Crime"], ["War", "Crime"], ["Crime", "War"], []], name);
    const { read, write } = listFormOf(column);
    assertEquals(read(write(["Drama", "War"])), ["Drama", "War"], name);
  }
});

Deno.test("quotes, empty lists, blank words, single objects and numbers in lists", () => {
  const cases: [string[], string[][]][] = [
    [[`["Rock 'n' Roll", 'It\\'s']`, "[]", "['nan']"], [["Rock 'n' Roll", "It's"], [], []]],
    [['{"a b",c}', "{}"], [["a b", "c"], []]],
    [["{'id': 7, 'name': 'Saga', 'poster': None}"], [["Saga"]]],
    [['[{"id":1,"name":"A, B"}]'], [["A, B"]]],
    [["[1, 2.5]", "[]"], [["1", "2.5"], []]],
    [["[Action, Science Fiction]"], [["Action", "Science Fiction"]]],
    [['["caf\\u00e9"]'], [["café"]]],
    [["set()", "{b'a' , \"b\"}", "array([], dtype=object)"], [[], ["a", "b"], []]],
    [["WrappedArray(Drama, Sci Fi)", "c('War')"], [["Drama", "Sci Fi"], ["War"]]],
    [["[18 80]", "[18]", "array([80, 18])"], [["18", "80"], ["18"], ["80", "18"]]],
    [['"[""a"", ""b""]"', '"[\\"a\\"]"'], [["a", "b"], ["a"]]],
    [["<c#><.net>", "<c#>"], [["c#", ".net"], ["c#"]]],
    [["'Rock, Pop', 'Jazz'", "'Jazz'"], [["Rock, Pop", "Jazz"], ["Jazz"]]],
    [['"a"|"b"', '"b"'], [["a", "b"], ["b"]]],
    [["• a b\n• c", "• a b\n• d", "• c\n• d"], [["a b", "c"], ["a b", "d"], ["c", "d"]]],
  ];
  for (const [column, members] of cases) assertEquals(membersOf(column), members, column[0]);
});

Deno.test("cells of a list column that denote a missing value are blank", () => {
  const none = ["Unknown", "(no genres listed)", "not specified", "UNCATEGORIZED", "未知"];
  for (const list of ["['a', 'b']", "a|b", "a, b", "<a><b>", '{"a","b"}']) {
    const column = [list, ...none];
    assertEquals(membersOf(column), [["a", "b"], [], [], [], [], []], list);
  }
  // Without lists, they may be names.
  assertEquals(membersOf(["Unknown", "Heat"]), [["Unknown"], ["Heat"]]);
});

Deno.test("text that only resembles a list is unchanged", () => {
  // A single combination each: the slash is part of the name.
  const music = ["Hip-Hop/Rap", "R&B/Soul", "Pop", "Rock"];
  assertEquals(membersOf(music), music.map((name) => [name]));
  assertEquals(membersOf(["AC/DC", "Air"]), [["AC/DC"], ["Air"]]);
  assertEquals(membersOf(["1/2", "1/3"]), [["1/2"], ["1/3"]]);
  assertEquals(membersOf(["[REC]", "Heat", "Alien"]), [["[REC]"], ["Heat"], ["Alien"]]);
  for (const column of [["#1 Crush", "Heat"], ["<3", "Up"], ['"Heroes"', "Low"], ["A^B", "C"]]) {
    assertEquals(membersOf(column), column.map((title) => [title]));
  }
  assertEquals(membersOf(["{unclosed", "[1"]), [["{unclosed"], ["[1"]]);
});

Deno.test("names with the surname first are one member each", () => {
  const names = ["Mann, Thomas", "King, Stephen", "Christie, Agatha", "Le Guin, Ursula K."];
  const more = ["Kafka, Franz", "Woolf, Virginia", "Roth, Philip", "Zweig, Stefan", "Eco, Umberto"];
  const { read } = listFormOf([...names, ...more, "Mann, Thomas; Mann, Klaus"]);
  assertEquals(read("Le Guin, Ursula K."), ["Le Guin, Ursula K."]);
  assertEquals(read("Mann, Thomas; Mann, Klaus"), ["Mann, Thomas", "Mann, Klaus"]);
  const genres = ["Drama, Crime", "Crime, War", "Drama, War", "Comedy, Drama", "Action, Crime"];
  assertEquals(listFormOf(genres).read("Drama, Crime"), ["Drama", "Crime"]);
});
