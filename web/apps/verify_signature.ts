/** Code samples that verify a webhook signature. */

/** A code sample. */
export interface Verification {
  language: string;
  text: string;
}

const JAVASCRIPT = `// Node, Deno, Bun and Workers. \`body\` is the raw text, before any JSON.parse.
async function verify(secret, headers, body) {
  const id = headers.get("webhook-id");
  const timestamp = headers.get("webhook-timestamp");
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < 300)) return false;
  const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const key = await crypto.subtle.importKey(
    "raw",
    bytesOf(secret.slice("whsec_".length)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  const signed = new TextEncoder().encode(\`\${id}.\${timestamp}.\${body}\`);
  // During a rotation there are two signatures; one valid signature suffices.
  for (const part of (headers.get("webhook-signature") ?? "").split(" ")) {
    const [version, signature] = part.split(",");
    if (version !== "v1") continue;
    if (await crypto.subtle.verify("HMAC", key, bytesOf(signature), signed)) return true;
  }
  return false;
}`;

const PYTHON = `# \`body\` is the raw bytes; \`headers\` have lower-case names.
import base64, hashlib, hmac, time

def verify(secret, headers, body):
    id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    # During a rotation there are two signatures; one valid signature suffices.
    return any(hmac.compare_digest(part, expected)
               for part in headers["webhook-signature"].split(" "))`;

const SHELL = `# verify SECRET ID TIMESTAMP SIGNATURES BODY_FILE: for manual checks, with openssl.
verify() {
  key=$(printf %s "\${1#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
  expected=$({ printf '%s.%s.' "$2" "$3"; cat "$5"; } |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
  case " $4 " in
    *" v1,$expected "*) echo "valid signature" ;;
    *) echo "invalid signature"; return 1 ;;
  esac
}`;

export const VERIFICATIONS: Verification[] = [
  { language: "JavaScript", text: JAVASCRIPT },
  { language: "Python", text: PYTHON },
  { language: "Shell", text: SHELL },
];
