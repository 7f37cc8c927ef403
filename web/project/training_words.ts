/** Texts about a training. */
export const text = {
  title: "Training",
  waiting: "Waiting for the trainer",
  stored: "The files are stored. Training starts as soon as the trainer is free.",
  waitingFor: (elapsed: string) => `Waiting for ${elapsed}.`,
  waits: "Waiting",
  steps: "Steps of the training",
  elapsed: (elapsed: string) => `${elapsed} so far`,
  left: (left: string) => `about ${left} left`,
  mayClose: "You can close this page; the training continues.",
  tellMe: "Notify me when it is done",
  willTell: "You will be notified while this tab is open.",
  done: (name: string) => `${name}: training finished`,
  ended: (name: string) => `${name}: training ended`,
  cancel: {
    action: "Cancel the training",
    title: "Cancel this training?",
    first: "There is no model yet, so no recommendations are available until you train again.",
    again: "The live version stays live. You can train again at any time.",
  },
  improving: {
    title: (version: string) => `Serving version ${version}`,
    says: "Searching for a better version.",
    cancel: "Cancel the search",
    cancelTitle: "Cancel the search for a better version?",
    cancelSays: "The live version stays live. You can train again at any time.",
  },
  again: "Train again",
  failed: {
    title: "The training failed",
    noReason: "The trainer reported no reason.",
    advice:
      "If a column was mapped incorrectly, correct the mapping; the files need not be uploaded " +
      "again. If the files are faulty, create a new project. If resources such as memory were " +
      "insufficient, train again.",
    mend: "Correct the mapping",
    newProject: "New project",
  },
  cancelled: {
    title: "The training was cancelled",
    advice: "The files are still stored: train again, or correct the mapping first.",
  },
  /** A failed retraining, while a version serves. */
  retrain: {
    failed: (error: string) =>
      `The last training failed, and the previous version stays live. ${error}`,
    mend: "Correct the mapping",
    orAgain: ", or train again.",
  },
};
