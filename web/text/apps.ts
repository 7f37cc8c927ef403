/** Texts of the app list. */
export const text = {
  title: "Apps",
  says: "An app is a website or a program of yours that asks for recommendations with an API key " +
    "and can be told of each answer by a webhook.",
  reading: "Reading your apps…",
  columns: {
    name: "Name",
    key: "Key",
    lastUsed: "Last used",
    count: "Recommendations",
    webhook: "Webhook",
  },
  never: "never",
  none: "none",
  register: {
    first: "Register your first app",
    another: "Register another app",
    name: "Name",
    url: "Webhook URL",
    urlExample: "https://",
    urlHint: "Optional. Each answer is sent there too, signed.",
    submit: "Register app",
  },
  registered: {
    title: (name: string) => `${name} is registered`,
    copyBoth: "Copy both secrets now: they are not shown again.",
    copyKey: "Copy the key now: only its fingerprint is kept, so it cannot be shown again.",
    done: "I have copied it",
  },
  key: {
    label: "API key",
    hint: {
      secret:
        "For your server: send it as the header x-api-key. Whoever has it can ask for anybody’s " +
        "recommendations in your name.",
      publishable:
        "For your pages: send it as the header x-api-key. It is public there, and opens " +
        "only what anybody may see.",
    },
  },
  secret: {
    label: "Webhook secret",
    hint: "Your endpoint verifies signatures with it, as the Standard Webhooks say.",
  },
};
