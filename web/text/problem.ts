/** Texts of failed calls without a message of their own. */
export const text = {
  noReason: (status: number) => `The answer was ${status}, with no reason.`,
  unreachable: (address: string) =>
    `${address} does not answer. Check that the service runs and that you are online, ` +
    "then try again.",
  noAddress: (service: string) =>
    `The dashboard needs the address of each service: /config.json names no URL for "${service}".`,
  tooEarly: "The services' addresses are read before anything is called.",
};
