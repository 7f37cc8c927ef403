import { assertEquals } from "@std/assert";
import { isOnePerson } from "./one_person.ts";
import { proposeMapping } from "./propose_mapping.ts";

Deno.test("exports of one person have no user", () => {
  const exports = [
    "Title,Date",
    "endTime,artistName,trackName,msPlayed",
    "Date,Name,Year,Letterboxd URI,Rating",
    "watched_at,type,title,year,trakt_id",
    "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating",
    "Book Id,Title,Author,My Rating,Average Rating,Date Read,Exclusive Shelf",
  ];
  for (const header of exports) {
    const columns = header.split(",");
    assertEquals(isOnePerson(columns), true, header);
    const rows = Array.from({ length: 9 }, (_, i) => columns.map((_, c) => `${c}x${i}`));
    assertEquals("user_id" in proposeMapping("INTERACTION", columns, rows).mapping, false);
  }
});

Deno.test("files with a user, baskets or without names are none of one person", () => {
  const others = [
    "user,title,date",
    "Profile Name,Start Time,Title",
    "ts,username,ms_played,master_metadata_track_name",
    "order_id,product,my rating",
    "column1,column2,column3",
    "id,title,date,category",
    "who,title,date",
  ];
  for (const header of others) assertEquals(isOnePerson(header.split(",")), false, header);
});
