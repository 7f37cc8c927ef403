/** Texts of the project settings. */
import { bytes } from "../words.ts";

export const text = {
  data: {
    title: "Data",
    contentOnly:
      "This project was made of items alone. For personal recommendations make another " +
      "with both files.",
    trainNow: "Train again now",
    trains: "It trains already.",
    seeHowItStands: "See how it stands",
  },
  forgetting: {
    title: "Erased people",
    pending: (people: number, since: Date) =>
      `${people} may still be in files or versions, the longest since ${since.toLocaleString()}.`,
    overdue: (people: number) => `${people} should have been forgotten by now.`,
    inWeights: (people: number) =>
      `The weights of the model still learned from ${people}; the next training does without.`,
  },
  training: {
    title: "Training",
    says: "All of this counts from the next training on.",
    weights: "What an event weighs",
    weightsHint: "Where a column says the kind of event. Kinds that are not named here weigh as " +
      "usual: view 1, cart 3, purchase 5; removed or returned −0.1; disliked or hidden −1. With 0 an " +
      "event says nothing of the item; below 0 the user is not shown it again, nor much like it.",
    weightsFault: "The weights",
    kind: (row: number) => `Kind of event ${row}`,
    kindExample: "purchase",
    weight: (row: number) => `Weight ${row}`,
    remove: "Remove",
    removeKind: (kind: string, row: number) => `Remove ${kind || `row ${row}`}`,
    add: "Add a kind of event",
    likedFrom: "Liked from this rating on",
    likedFromExample: "4",
    likedFromHint:
      "Where empty the ratings decide: stars from each user's own mean on, 0 and 1 or " +
      "thumbs above 0, plays and amounts all. The report says how they were read.",
    schedule: "Train again",
    scheduleHint: "Counted from the end of the training before.",
    schedules: {
      "": "Only when I ask",
      "1": "Every hour",
      "24": "Every day",
      "168": "Every week",
    } as Record<string, string>,
    every: (hours: string) => `Every ${hours} hours`,
    budget: "Time to search, in seconds",
    budgetHint: "More tries more; 600 where empty.",
    budgetFault: "The time",
    memory: "Memory",
    memoryExample: "2GB",
    memoryHint: (limit: number | null) =>
      limit === null
        ? "Such as 2GB; half of the machine's where empty."
        : `That is ${bytes(limit)}; half of the machine's where empty.`,
    save: "Save",
    saved: "Saved, for the next training.",
  },
  columns: {
    title: "Columns",
    says: "If a training failed or a list looks odd because a column was taken for another, put " +
      "it right here: the files need not be uploaded again, and what serves goes on serving.",
  },
  model: {
    title: "The model",
    says:
      "Yours to take along: recommend in a browser, on a phone or from a program of your own, " +
      "without a call. The files are open formats; docs/artifact.md says what is in them.",
    none: "There is no model yet: the first training is not done.",
    version: (version: string) => `Version ${version}, which serves.`,
    files: {
      "manifest.json": "what the model is, and the hash of each file",
      "model.safetensors": "the weights and the items",
      "golden.json": "answers that a reader of one's own must reproduce",
      "users.safetensors": "who had what: keep it to yourself",
      "golden-users.json": "such answers for users: keep it to yourself",
    },
    download: "Download",
    downloadFile: (file: string) => `Download ${file}`,
    saved: (file: string, size: number) => `${file} is saved, ${bytes(size)}.`,
  },
  end: {
    title: "Delete",
    says: "Files, versions and reports go for good; there is no way back.",
    noun: "project",
    consequence: "Its files, its model and its report go for good, and calls that name it are " +
      "answered with 404 from then on.",
  },
};
