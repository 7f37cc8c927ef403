/**
 * The visitor of a page: a random id, the signed-in user, and the lists in which items were
 * clicked. Stored in localStorage with consent, else kept in memory until the page is left.
 */
import { uuid } from "./uuid.ts";

/** Members of a request that name the visitor. */
export interface Who {
  anonymous_id: string;
  user_id?: string;
  user_token?: string;
}

/** Place of an item in a list of recommendations. */
export interface Place {
  recommendation_id?: string;
  position?: number;
  placement?: string;
}

interface State {
  /** Random UUID (version 4). */
  id: string;
  /** Whether events were sent under `id` since it was merged. */
  used: boolean;
  /** Places of the items that were clicked last, oldest first. */
  clicked: [item_id: string, place: Place][];
}

/** Maximum number of clicked items that are remembered. */
const MOST_CLICKED = 50;

export type Visitor = ReturnType<typeof openVisitor>;

/** @param name of the visitor in localStorage. */
export function openVisitor(name: string) {
  const before = stored();
  let isStored = before !== undefined;
  let state = before ?? fresh();
  let anonymous: Who = { anonymous_id: state.id };
  let user: Who | undefined;

  function stored(): State | undefined {
    try {
      return JSON.parse(localStorage.getItem(name)!) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Stores the state with consent. Without storage it lasts as long as the page. */
  function write(): void {
    try {
      if (isStored) localStorage.setItem(name, JSON.stringify(state));
      else localStorage.removeItem(name);
    } catch {
      // Storage is full or forbidden.
    }
  }

  return {
    /** Returns the members of a request that name the visitor: the same object until they change. */
    who: (): Who => user ?? anonymous,
    /** Notes that an event is sent under the present id. */
    use(): void {
      if (user || state.used) return;
      state.used = true;
      write();
    },
    /**
     * Signs a user in or, without one, out. Returns whether events were sent under the anonymous id
     * that are the user's now.
     */
    become(next?: { user_id: string; user_token: string }): boolean {
      user = next && { ...anonymous, ...next };
      if (!user || !state.used) return false;
      state.used = false;
      write();
      return true;
    },
    /** Remembers the list in which an item was clicked. */
    click(item_id: string, place: Place): void {
      state.clicked = state.clicked.filter(([id]) => id !== item_id).slice(1 - MOST_CLICKED);
      state.clicked.push([item_id, place]);
      write();
    },
    /** Returns the list in which the item was clicked last. */
    placeOf: (item_id: string): Place | undefined =>
      state.clicked.find(([id]) => id === item_id)?.[1],
    /** Stores the visitor from now on, or forgets them, with a new id. */
    consent(given: boolean): void {
      isStored = given;
      if (!given) {
        user = undefined;
        state = fresh();
        anonymous = { anonymous_id: state.id };
      }
      write();
    },
  };
}

function fresh(): State {
  return { id: uuid(4), used: false, clicked: [] };
}
