/** Texts of an upload. */
export const text = {
  title: "Upload",
  sending: "Uploading. A line that breaks is waited for.",
  whole: "All is there; the service looks it through.",
  lost: "The connection is lost. What has arrived stays; the rest goes on by itself.",
  nextTry: (seconds: number) => `Next try in ${seconds} s.`,
  goOn: "Go on now",
  stop: "Stop",
  of: (sent: string, total: string, share: string) => `${sent} of ${total}, ${share}`,
  stopped: "The upload was stopped.",
  changed: "The file was changed on this computer since you chose it: choose it again.",
  pending: {
    title: "An upload was cut short",
    what: (files: string) =>
      `${files} had begun to come. Choose the same again, and it goes on where it stopped, with ` +
      "the columns as you had set them.",
    drop: "Give it up",
  },
};
