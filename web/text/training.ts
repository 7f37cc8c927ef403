/** Texts about a training. */
export const text = {
  title: "Training",
  waiting: "Waiting for the trainer",
  stored: "The files are stored, and the training begins when the trainer is free, mostly at once.",
  waitingFor: (elapsed: string) => `Waiting for ${elapsed}.`,
  waits: "Waiting",
  steps: "Steps of the training",
  elapsed: (elapsed: string) => `${elapsed} so far`,
  left: (left: string) => `about ${left} left`,
  mayClose: "You may close this page: the training goes on.",
  tellMe: "Tell me when it is done",
  willTell: "You will be told, as long as this tab is open.",
  done: (name: string) => `${name} is trained`,
  ended: (name: string) => `${name}: the training ended`,
  cancel: {
    action: "Cancel the training",
    title: "Cancel this training?",
    first: "There is no model yet, so nothing can be recommended until you train again.",
    again: "What was trained before goes on serving. You can train again at any time.",
  },
  again: "Train again",
  failed: {
    title: "The training failed",
    noReason: "The trainer gave no reason.",
    ways:
      "If a column was taken for another, put that right: the files need not come again. If the " +
      "files themselves are at fault, make a new project of better ones. If it was the machine, " +
      "such as too little memory, train again.",
    mend: "Put the columns right",
    anew: "New project",
  },
  cancelled: {
    title: "The training was cancelled",
    ways: "The files are still here: train again, or put a column right first.",
  },
  /** A failed retraining, while a version serves. */
  retrain: {
    failed: (error: string) =>
      `The last training failed, and the version before it goes on serving. ${error}`,
    mend: "Put its columns right",
    orAgain: ", or train again.",
  },
};
