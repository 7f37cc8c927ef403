/** Code samples that verify a webhook signature. */
import { useSignal } from "@preact/signals";
import { text as app } from "./app_words.ts";
import { VERIFICATIONS } from "./verify_signature.ts";
import { CodeBlock } from "../ui/code_block.tsx";
import { Languages } from "../ui/languages.tsx";

const text = app.verify;

export function VerifySignature() {
  const chosen = useSignal(VERIFICATIONS[0].language);
  const shown = VERIFICATIONS.find(({ language }) => language === chosen.value)!;
  return (
    <section class="card stack" aria-labelledby="verify">
      <div class="row between">
        <h2 id="verify">{text.title}</h2>
        <Languages
          names={VERIFICATIONS.map(({ language }) => language)}
          chosen={chosen.value}
          onChoose={(language) => chosen.value = language}
        />
      </div>
      <p class="muted">{text.explanation}</p>
      <CodeBlock label={text.label(shown.language)} text={shown.text} />
    </section>
  );
}
