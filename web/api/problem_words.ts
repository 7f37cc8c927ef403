/** Texts of failed calls without a message of their own. */
export const text = {
  noReason: (status: number) => `The service returned status ${status} without a message.`,
  unreachable: (address: string) =>
    `${address} does not respond. Check that the service is running and that you are online, ` +
    "then try again.",
  noAddress: (service: string) =>
    `The dashboard needs the address of each service: /config.json has no URL for "${service}".`,
  sessionEnded: "Your session has ended. Please sign in again; no data was lost.",
  tooEarly: "The configuration is not loaded yet.",
};
