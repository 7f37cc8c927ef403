/** How to verify a signature, in three languages. */
import { useSignal } from "@preact/signals";
import { VERIFICATIONS } from "../verify_signature.ts";
import { CodeBlock } from "./code_block.tsx";

export function VerifySignature() {
  const chosen = useSignal(VERIFICATIONS[0].language);
  const { language, text } = VERIFICATIONS.find((one) => one.language === chosen.value)!;
  return (
    <section class="card stack" aria-labelledby="verify">
      <h2 id="verify">Verify a signature</h2>
      <p class="muted">
        Whoever knows your URL can POST to it: believe only what is signed with the endpoint's
        secret. Libraries for the Standard Webhooks do this; so does the following.
      </p>
      <fieldset class="plain-set row">
        <legend class="unseen">Language</legend>
        {VERIFICATIONS.map(({ language }) => (
          <label key={language} class="check">
            <input
              type="radio"
              name="language"
              checked={language === chosen.value}
              onChange={() => chosen.value = language}
            />
            {language}
          </label>
        ))}
      </fieldset>
      <CodeBlock label={`${language} to verify a signature`} text={text} />
    </section>
  );
}
