/** Texts of the project settings. */
import { bytes, count, counted } from "../ui/words.ts";

export const text = {
  data: {
    title: "Data",
    contentOnly:
      "This project has only items. For personal recommendations create a project with " +
      "both files.",
    trainNow: "Train again now",
    trains: "A training is in progress.",
    seeHowItStands: "View the status",
  },
  forgetting: {
    title: "Pending erasures",
    pending: (people: number, since: Date) =>
      `Data of ${counted(people, "erased user")} may still be in files or versions, the oldest ` +
      `since ${since.toLocaleString()}.`,
    overdue: (people: number) => `${counted(people, "erasure")} overdue.`,
    inWeights: (people: number) =>
      `The model was trained with data of ${counted(people, "erased user")}; the next training ` +
      "excludes it.",
  },
  training: {
    title: "Training",
    explanation: "Changes apply from the next training.",
    weights: "Event weights",
    weightsHint:
      "Used if a column has the event type. Types without a weight here have a default: " +
      "view 1, cart 3, purchase 5; removed or returned −0.1; disliked or hidden −1. A weight of 0 " +
      "ignores the event; below 0 it excludes the item for the user and lowers similar items.",
    weightsFault: "The weights",
    kind: (row: number) => `Event type ${row}`,
    kindExample: "purchase",
    weight: (row: number) => `Weight ${row}`,
    remove: "Remove",
    removeKind: (kind: string, row: number) => `Remove ${kind || `row ${row}`}`,
    add: "Add an event type",
    likedFrom: "Lowest rating that counts as liked",
    likedFromExample: "4",
    likedFromHint:
      "Default: derived from the ratings. Stars count from each user's mean, 0 and 1 or thumbs " +
      "above 0, plays and amounts always. The report shows the rule that was used.",
    schedule: "Retrain",
    scheduleHint: "Measured from the end of the previous training.",
    schedules: {
      "": "Manually",
      "1": "Every hour",
      "24": "Every day",
      "168": "Every week",
    } as Record<string, string>,
    every: (hours: string) => `Every ${hours} hours`,
    search: "Search",
    searches: {
      "": "A first model in seconds, then the best one",
      first: "A first model only",
    },
    searchHint: "Without a search, trainings are short and the model is often almost as good.",
    budget: "Search budget, in seconds",
    budgetHint: "More time allows more trials. Default: 600.",
    budgetFault: "The budget",
    memory: "Memory",
    memoryExample: "2GB",
    memoryHint: (limit: number | null) =>
      limit === null
        ? "For example 2GB. Default: half of the machine's memory."
        : `This is ${bytes(limit)}. Default: half of the machine's memory.`,
    save: "Save",
    saved: "Saved for the next training.",
  },
  live: {
    title: "Live events",
    explanation: "What visitors do, as your pages and servers send it.",
    fields: {
      events: {
        label: "Retrain after this many new events",
        placeholder: "10000",
        hint: "At most once an hour. Default: new events alone queue no training.",
      },
      new_items: {
        label: "Retrain after this many new items",
        placeholder: "100",
        hint: "Items that were sent since the last training. At most once an hour. Default: new " +
          "items alone queue no training.",
      },
      every: {
        label: "Retrain after this time",
        placeholder: "1d",
        hint: "Minutes, hours or days, such as 90m, 12h or 1d, from 1h to 365d. Default: not " +
          "by time.",
      },
      keep_events: {
        label: "Keep events, in days",
        placeholder: "400",
        hint: "Older ones are deleted, also from later trainings. Default: 400.",
      },
      trending_half_life: {
        label: "Half-life of trending items, in hours",
        placeholder: "24",
        hint: "After this time an event counts half. Default: 24.",
      },
      click_window_hours: {
        label: "Window of clicks, in hours",
        placeholder: "24",
        hint: "Later clicks count for no list. Default: 24, at most 168.",
      },
      purchase_window_hours: {
        label: "Window of purchases, in hours",
        placeholder: "168",
        hint: "Later purchases count for no list. Default: 168, which is the maximum.",
      },
    },
    save: "Save live events",
    saved: "Saved.",
  },
  feed: {
    title: "Feed of items",
    explanation: "A file of items that is fetched regularly: new and changed items count without " +
      "a training.",
    url: {
      label: "URL",
      placeholder: "https://shop.example/items.csv",
      hint: "With the columns of the item file. Empty: no feed.",
    },
    every: {
      label: "Fetch every",
      placeholder: "1h",
      hint: "Minutes, hours or days, such as 30m, 1h or 1d. Default: 1h.",
    },
    none: "Not fetched yet.",
    fetched: (at: string) => `Last fetched ${at}: `,
    counts: (feed: Record<"new" | "changed" | "unchanged" | "rejected", number | null>) =>
      (["new", "changed", "unchanged", "rejected"] as const)
        .map((name) => `${count(feed[name] ?? 0)} ${name}`).join(", ") + ".",
    waits:
      " Too many items changed to count without a training. They count from the next training on, " +
      "which is queued automatically, at most once an hour.",
    save: "Save feed",
    saved: "Saved.",
  },
  columns: {
    title: "Columns",
    explanation: "If a training failed or recommendations look wrong because a column was mapped " +
      "incorrectly, correct the mapping here. The files need not be uploaded again, and the live " +
      "version stays live.",
  },
  model: {
    title: "Model",
    explanation:
      "Download the model to recommend in a browser, on a phone or in your own program, without " +
      "API requests. The file formats are open: see docs/artifact.md.",
    none: "There is no model yet: the first training is not finished.",
    version: (version: string) => `Version ${version}, live.`,
    files: {
      "manifest.json": "metadata of the model and the hash of each file",
      "model.safetensors": "weights and items",
      "golden.json": "expected results, to test your own reader",
      "users.safetensors": "user histories: confidential",
      "golden-users.json": "expected results for users: confidential",
    },
    download: "Download",
    downloadFile: (file: string) => `Download ${file}`,
    saved: (file: string, size: number) => `${file} saved, ${bytes(size)}.`,
  },
  end: {
    title: "Delete",
    explanation: "Deletes files, versions and reports permanently. It cannot be undone.",
    noun: "project",
    consequence: "Its files, models and reports are deleted permanently, and requests for it " +
      "return 404.",
  },
};
