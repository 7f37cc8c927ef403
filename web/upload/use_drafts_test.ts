import { assert, assertEquals } from "@std/assert";
import { pageFetch, SERVICES } from "../../testing/page/page_fetch.ts";
import { renderHook } from "../../testing/page/rendered_hook.ts";
import { until } from "../../testing/until.ts";
import { loadConfig } from "../api/config.ts";
import { beginSession, endSession } from "../api/session.ts";
import { choose, draftOf, mappedFileOf, mappingOf } from "./draft.ts";
import { noteBegun, notePending } from "./pending_upload.ts";
import { type Drafts, useDrafts } from "./use_drafts.ts";

// Deno shares localStorage among test files; sessionStorage is this file's own.
Object.defineProperty(globalThis, "localStorage", { value: sessionStorage });

const FILMS = new File(
  ["film_id,title,genres\n1,Heat,Crime|Thriller\n2,Alien,Horror\n3,Clue,Comedy\n"],
  "films.csv",
);
const RATINGS = new File(
  ["user_id;film_id;rating\nu1;1;4,5\nu2;2;3,0\nu1;3;2,5\n".repeat(4)],
  "ratings.csv",
);
const BROKEN = new File([new Uint8Array(0)], "empty.csv");

/** The reader's worker outlives the tests of this file. */
function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

/** The form's hook; it shows its slots, so it is rendered at each change. */
function form() {
  return renderHook(() => {
    const drafts = useDrafts();
    drafts.slots.value;
    return drafts;
  }, null);
}

/** Returns the name of each slot's file, its refusal, or null. */
function shown({ slots: { value: { CONTENT, INTERACTION } } }: Drafts) {
  return [CONTENT, INTERACTION].map(({ draft, refused, reading }) =>
    draft?.file.name ?? refused ?? reading ?? null
  );
}

test("two files are assigned to their slots by content, and mapped together", async () => {
  const read: (string | undefined)[] = [];
  using hook = renderHook(() => {
    const drafts = useDrafts();
    const { reading } = drafts.slots.value.CONTENT;
    if (reading !== undefined && reading !== read.at(-1)) read.push(reading);
    return drafts;
  }, null);
  assertEquals(shown(hook.current), [null, null]);
  await hook.current.take("CONTENT", [RATINGS, FILMS, BROKEN]);
  assertEquals(shown(hook.current), ["films.csv", "ratings.csv"]);
  const { CONTENT, INTERACTION } = hook.current.slots.value;
  assertEquals([CONTENT.refused, INTERACTION.refused], [undefined, undefined], "two are read");
  assertEquals(read, ["ratings.csv", "films.csv"]);
  const drafts = () => {
    const { CONTENT, INTERACTION } = hook.current.slots.value;
    return [CONTENT.draft!, INTERACTION.draft!];
  };
  assertEquals(drafts().map(({ kind }) => kind), ["CONTENT", "INTERACTION"]);
  const reason = () =>
    drafts()[1].proposed.reasons.find(({ key }) => key === "item_id")?.reason ?? "";
  await until(() => /films|items|shared|match|same/i.test(reason()));
  assertEquals(drafts().map((draft) => mappingOf(draft).item_id), ["film_id", "film_id"]);
});

test("a file's name is shown while it is read, and then its error", async () => {
  using hook = form();
  const taking = hook.current.take("CONTENT", [BROKEN]);
  assertEquals(hook.current.slots.value.CONTENT.reading, "empty.csv");
  await taking;
  const { refused, reading, draft } = hook.current.slots.value.CONTENT;
  assertEquals([reading, draft], [undefined, undefined]);
  assert(refused!.startsWith("empty.csv: ") && refused!.length > 20, refused);
  const again = hook.current.take("CONTENT", [FILMS]);
  assertEquals(hook.current.slots.value.CONTENT.refused, undefined);
  await again;
  assertEquals(hook.current.slots.value.CONTENT.reading, undefined);
  assertEquals(shown(hook.current), ["films.csv", null]);
});

test("interactions selected as items are moved to their slot, unless it is occupied", async () => {
  using hook = form();
  await hook.current.take("CONTENT", [RATINGS]);
  assertEquals(shown(hook.current), [null, "ratings.csv"]);
  await hook.current.take("CONTENT", [RATINGS]);
  assertEquals(shown(hook.current), ["ratings.csv", "ratings.csv"]);
  using other = form();
  await other.current.take("INTERACTION", [FILMS]);
  assertEquals(shown(other.current), [null, "films.csv"], "items are not so evident");
});

test("a draft is changed, read again, swapped and removed", async () => {
  using hook = form();
  await hook.current.take("CONTENT", [FILMS]);
  const draft = () => hook.current.slots.value.CONTENT.draft!;
  hook.current.change(choose(draft(), "item_title", ["genres"]));
  assertEquals(mappingOf(draft()).item_title, "genres");
  await hook.current.readAgain(draft(), { delimiter: "|" });
  assertEquals(draft().head.columns, ["film_id,title,genres"]);
  await hook.current.readAgain(draft(), { delimiter: "," });
  assertEquals(draft().head.columns, ["film_id", "title", "genres"]);

  hook.current.swap();
  assertEquals(shown(hook.current), [null, "films.csv"]);
  assertEquals(hook.current.slots.value.INTERACTION.draft!.kind, "INTERACTION");
  hook.current.swap();
  assertEquals(shown(hook.current), ["films.csv", null]);
  assertEquals(draft().kind, "CONTENT");
  hook.current.remove("CONTENT");
  assertEquals(shown(hook.current), [null, null]);
  hook.current.remove("CONTENT");

  const gone = draftOf("CONTENT", BROKEN, (await headOf(hook.current)).head);
  await hook.current.readAgain(gone, {});
  assert(hook.current.slots.value.CONTENT.refused!.startsWith("empty.csv: "));
});

test("a file of an interrupted upload keeps its mapping and upload", async () => {
  using _ = pageFetch({});
  using requests = recordedRequests();
  await loadConfig();
  beginSession({ token: "t", name: "Ada", email: "ada@example.org", expires_in: 600 });
  using hook = form();
  const { head } = await headOf(hook.current);
  const before = choose(draftOf("CONTENT", FILMS, head), "item_title", ["genres"]);
  notePending("Films", [before]);
  noteBegun(mappedFileOf(before), "an-upload");
  await hook.current.take("CONTENT", [FILMS]);
  const { draft } = hook.current.slots.value.CONTENT;
  assertEquals(mappingOf(draft!).item_title, "genres");
  assertEquals(draft!.head.dialect, before.head.dialect);
  hook.current.remove("CONTENT");
  const deletion = `DELETE ${SERVICES.recommender}/uploads/an-upload`;
  await until(() => requests.sent.includes(deletion));

  const other = new File([await FILMS.text(), "4,Ran,Drama\n"], "films.csv");
  await hook.current.take("CONTENT", [other]);
  const fresh = hook.current.slots.value.CONTENT.draft!;
  assertEquals(mappingOf(fresh).item_title, "title", "another file of that name is new");
  endSession(null);
});

/** Records the requests by XMLHttpRequest, which Deno does not have, and answers each with 204. */
function recordedRequests() {
  const sent: string[] = [];
  class XMLHttpRequest {
    readonly upload = {};
    readonly status = 204;
    readonly response = null;
    onload?: () => void;
    open(method: string, url: string) {
      sent.push(`${method} ${url}`);
    }
    setRequestHeader() {}
    send() {
      this.onload?.();
    }
  }
  Object.assign(globalThis, { XMLHttpRequest });
  return {
    sent,
    [Symbol.dispose]: () => void Reflect.deleteProperty(globalThis, "XMLHttpRequest"),
  };
}

/** Returns the draft that the form makes of the films. */
async function headOf(drafts: Drafts) {
  await drafts.take("CONTENT", [FILMS]);
  const { draft } = drafts.slots.value.CONTENT;
  drafts.remove("CONTENT");
  return draft!;
}
