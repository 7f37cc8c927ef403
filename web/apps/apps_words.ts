/** Texts of the app list. */
export const text = {
  title: "Apps",
  explanation:
    "An app is a website or program that requests recommendations with an API key and can " +
    "receive each response by webhook.",
  reading: "Loading apps…",
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
    urlHint: "Optional. Each response is also sent there, signed.",
    submit: "Register app",
  },
  registered: {
    title: (name: string) => `${name} is registered`,
    copyBoth: "Copy both secrets now: they are not shown again.",
    copyKey: "Copy the key now: only its hash is stored, so it cannot be shown again.",
    done: "I have copied it",
  },
  key: {
    label: "API key",
    hint: {
      secret:
        "For your server: send it in the header x-api-key. It allows requests for any user, so " +
        "keep it secret.",
      publishable:
        "For your web pages: send it in the header x-api-key. It is public there and never " +
        "returns a user’s history.",
    },
  },
  snippet: {
    label: "HTML of a page",
    explanation:
      "A page with this code shows recommendations and reports what its visitors see, click and " +
      "buy. Their next list takes it into account.",
  },
  secret: {
    label: "Webhook secret",
    hint: "Your endpoint verifies signatures with it, as described by Standard Webhooks.",
  },
};
