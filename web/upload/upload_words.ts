/** Texts of an upload. */
export const text = {
  title: "Upload",
  sending: "Uploading. An interrupted upload resumes automatically.",
  whole: "Upload complete; the service is validating it.",
  lost: "Connection lost. The uploaded parts are kept, and the upload resumes automatically.",
  nextTry: (seconds: number) => `Next attempt in ${seconds} s.`,
  goOn: "Resume now",
  stop: "Stop",
  of: (sent: string, total: string, share: string) => `${sent} of ${total}, ${share}`,
  stopped: "The upload was stopped.",
  changed: "The file was changed on this computer after you chose it: choose it again.",
  pending: {
    title: "Interrupted upload",
    what: (files: string) =>
      `The upload of ${files} was interrupted. Choose the same files to resume it; the column ` +
      "mapping is kept.",
    drop: "Discard",
  },
};
